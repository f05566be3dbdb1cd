/** Which calls run, wait and are refused: decisions over counts, without a clock. */
import { describe, expect, it } from 'vitest';
import { Admission, type Arrival, type Entrant, type Grant } from '../../../src/core/admission.ts';
import { ISOLATE_PAGES } from '../../../src/core/limits.ts';

interface Call extends Entrant {
  readonly name: string;
}

function call(name: string, fn = 'f', version = 'v1', startPages = 1): Call {
  return { name, function: fn, version, startPages };
}

function admission(maxConcurrent: number, maxQueue: number): Admission<Call> {
  const made = new Admission<Call>();
  made.resize({ maxConcurrent, maxQueue });
  return made;
}

function granted(arrival: Arrival<Call>): Grant {
  if (arrival.kind !== 'run') throw new Error(`expected to run, got ${arrival.kind}`);
  return arrival.grant;
}

/** Ends a call and starts who may; answers their names. */
function end(made: Admission<Call>, grant: Grant): readonly string[] {
  made.leave(grant);
  made.release(grant);
  const started: string[] = [];
  for (let next = made.next(); next !== undefined; next = made.next()) started.push(next.entrant.name);
  return started;
}

describe('admission', () => {
  it('runs while there is room, lets wait while there is a queue, refuses beyond', () => {
    const made = admission(2, 1);
    expect(['a', 'b', 'c', 'd'].map((name) => made.arrive(call(name)).kind)).toEqual(['run', 'run', 'wait', 'refuse']);
    expect(made.load).toEqual({ executing: 2, queued: 1 });
  });

  it('serves one line in the order of arrival', () => {
    const made = admission(1, 9);
    const first = granted(made.arrive(call('a')));
    for (const name of ['b', 'c']) made.arrive(call(name));
    expect(end(made, first)).toEqual(['b']);
  });

  it('lets versions take turns, however many wait for each', () => {
    const made = admission(1, 9);
    let running = granted(made.arrive(call('start')));
    for (const name of ['old1', 'old2', 'old3']) made.arrive(call(name, 'f', 'v1'));
    for (const name of ['new1', 'new2']) made.arrive(call(name, 'f', 'v2'));
    const order: string[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      made.leave(running);
      made.release(running);
      const next = made.next();
      if (next === undefined) break;
      order.push(next.entrant.name);
      running = next.grant;
    }
    expect(order).toEqual(['old1', 'new1', 'old2', 'new2', 'old3']);
  });

  it('gives the last place to another function than the one that has all others', () => {
    const made = admission(3, 9);
    const grants = ['a', 'b', 'c'].map((name) => granted(made.arrive(call(name, 'slow'))));
    for (const name of ['d', 'e']) made.arrive(call(name, 'slow'));
    made.arrive(call('quick', 'quick'));
    expect(grants.slice(0, 1).flatMap((grant) => end(made, grant))).toEqual(['quick']);
  });

  it('gives a function every place while nobody else wants one', () => {
    const made = admission(3, 9);
    expect(['a', 'b', 'c'].map((name) => made.arrive(call(name)).kind)).toEqual(['run', 'run', 'run']);
  });

  it('pushes the newest of the longest line out for a function with less in the queue, never a first', () => {
    const made = admission(1, 3);
    made.arrive(call('running', 'slow'));
    for (const name of ['first', 'second', 'third']) made.arrive(call(name, 'slow'));
    expect(made.arrive(call('fourth', 'slow')).kind).toBe('refuse');
    expect(made.arrive(call('x', 'quick'))).toMatchObject({ kind: 'wait', pushedOut: { name: 'third' } });
    expect(made.arrive(call('y', 'quick')).kind).toBe('refuse');
    expect(made.arrive(call('z', 'other'))).toMatchObject({ kind: 'wait', pushedOut: { name: 'second' } });
    expect(made.load.queued).toBe(3);
  });

  it('keeps a place in nobody’s way who gave up', () => {
    const made = admission(1, 1);
    const running = granted(made.arrive(call('a')));
    const gone = call('gone');
    made.arrive(gone);
    made.withdraw(gone);
    made.arrive(call('next'));
    expect(end(made, running)).toEqual(['next']);
  });
});

describe('pages', () => {
  const HALF = ISOLATE_PAGES / 2;

  it('are reserved per isolate, so a version waits for its own calls only', () => {
    const made = admission(9, 9);
    const old = [call('a', 'f', 'v1', HALF), call('b', 'f', 'v1', HALF)].map((each) => granted(made.arrive(each)));
    expect(made.arrive(call('c', 'f', 'v1', HALF)).kind).toBe('wait');
    expect(made.arrive(call('d', 'f', 'v2', HALF)).kind).toBe('run');
    expect(made.reservedPages('v1')).toBe(ISOLATE_PAGES);
    expect(old.slice(0, 1).flatMap((grant) => end(made, grant))).toEqual(['c']);
  });

  it('are held until the isolate is done, though the place is free', () => {
    const made = admission(2, 9);
    const [first] = ['a', 'b'].map((name) => granted(made.arrive(call(name, 'f', 'v1', HALF))));
    made.arrive(call('c', 'f', 'v1', HALF));
    if (first === undefined) throw new Error('nothing runs');
    made.leave(first);
    expect(made.next()).toBeUndefined();
    made.release(first);
    expect(made.next()?.entrant.name).toBe('c');
  });

  it('of one instance that is larger than an isolate are refused and never waited for', () => {
    expect(admission(9, 9).arrive(call('huge', 'f', 'v1', ISOLATE_PAGES + 1))).toEqual({ kind: 'impossible' });
  });

  it('of calls whose instances grow and go away make the next ones wait', () => {
    const made = admission(64, 64);
    const first = granted(made.arrive(call('first')));
    made.leave(first);
    made.release(first, { pages: 0, callPages: 700 });
    expect(['a', 'b', 'c', 'd'].map((name) => made.arrive(call(name)).kind)).toEqual(['run', 'run', 'wait', 'wait']);
    expect(made.reservedPages('v1')).toBe(1_400);
  });

  it('follow what the isolate says', () => {
    const made = admission(9, 9);
    const first = granted(made.arrive(call('a')));
    made.leave(first);
    made.release(first, { pages: HALF + 1, instances: 1 });
    expect(['b', 'c'].map((name) => made.arrive(call(name)).kind)).toEqual(['run', 'wait']);
    expect(made.pages).toBe(HALF + 1);
  });

  it('of versions that nobody calls any more are forgotten', () => {
    const made = admission(9, 9);
    const first = granted(made.arrive(call('a')));
    made.leave(first);
    made.release(first, { pages: 5, instances: 1 });
    made.retire('v2');
    expect(made.pages).toBe(0);
  });

  it('of versions that nobody calls any more are forgotten when their last call ends', () => {
    const made = admission(9, 9);
    const old = ['a', 'b'].map((name) => granted(made.arrive(call(name))));
    const current = granted(made.arrive(call('c', 'f', 'v2')));
    made.retire('v2');
    expect(made.pages).toBe(3);
    for (const grant of old) {
      made.leave(grant);
      made.release(grant, { pages: 5, instances: 1 });
    }
    expect(made.pages).toBe(1);
    made.leave(current);
    made.release(current, { pages: 5, instances: 1 });
    expect([made.pages, made.warm]).toEqual([5, 1]);
  });
});
