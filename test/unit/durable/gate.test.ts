/** The gate of a pool shard: who waits hears what became of it, in time. */
import { describe, expect, it } from 'vitest';
import { CallEnd } from '../../../durable/pool/call-end.ts';
import { type Entry, Gate, type Place } from '../../../durable/pool/gate.ts';

const CALL = { version: 'v1', function: 'f', startPages: 1 };

function narrow(): Gate {
  const gate = new Gate();
  gate.resize({ maxConcurrent: 1, maxQueue: 2 });
  return gate;
}

function enter(gate: Gate, waitMs = 1_000, end = new CallEnd()): Promise<Entry> {
  return Promise.resolve(gate.enter(CALL, waitMs, end));
}

async function place(entry: Promise<Entry>): Promise<Place> {
  const got = await entry;
  if (typeof got === 'string') throw new Error(`expected a place, got ${got}`);
  return got;
}

function leave(held: Place): void {
  held.leave();
  held.release();
}

describe('Gate', () => {
  it('serves those who wait in the order they came', async () => {
    const gate = narrow();
    const first = await place(enter(gate));
    const order: number[] = [];
    const waiting = [1, 2].map(async (number) => {
      const held = await place(enter(gate));
      order.push(number);
      leave(held);
    });
    expect(await enter(gate)).toBe('refused');
    leave(first);
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
    expect(gate.load).toEqual({ executing: 0, queued: 0 });
  });

  it('takes a place back once', async () => {
    const gate = narrow();
    gate.resize({ maxConcurrent: 2, maxQueue: 2 });
    const [first] = [await place(enter(gate)), await place(enter(gate))];
    for (let time = 0; time < 3; time += 1) leave(first);
    expect([gate.load.executing, gate.pages]).toEqual([1, 1]);
  });

  it('forgets a caller whose wait is over', async () => {
    const gate = narrow();
    await place(enter(gate));
    expect(await enter(gate, 1)).toBe('expired');
    expect(gate.load).toEqual({ executing: 1, queued: 0 });
  });

  it('lets a caller leave the queue at once, and whoever comes next take that turn', async () => {
    const gate = narrow();
    const first = await place(enter(gate));
    const end = new CallEnd();
    const gone = enter(gate, 1_000, end);
    const next = enter(gate);
    end.abort('client-gone');
    expect(await gone).toBe('left');
    expect(gate.load.queued).toBe(1);
    leave(first);
    await place(next);
  });

  it('lets nobody wait who has left before', async () => {
    const gate = narrow();
    await place(enter(gate));
    const end = new CallEnd();
    end.abort('client-gone');
    expect(await enter(gate, 1_000, end)).toBe('left');
    expect(gate.load.queued).toBe(0);
  });

  it('turns away all who wait when it is closed, and is idle when the last call leaves', async () => {
    const gate = narrow();
    const first = await place(enter(gate));
    const waiting = enter(gate);
    gate.close();
    expect(await waiting).toBe('closed');
    const drained = gate.drained(1_000);
    leave(first);
    expect(await drained).toBe(true);
  });

  it('knows of no pages when it is closed and all have left', async () => {
    const gate = narrow();
    const last = await place(enter(gate));
    gate.close();
    last.leave();
    last.release({ pages: 9, instances: 1 });
    expect([gate.pages, gate.warm]).toEqual([0, 0]);
  });

  it('is not drained while somebody runs, and says so in time', async () => {
    const gate = narrow();
    await place(enter(gate));
    expect(await gate.drained(1)).toBe(false);
  });

  it('is drained when the last of its queue gave up', async () => {
    const gate = narrow();
    const first = await place(enter(gate));
    const end = new CallEnd();
    const waiting = enter(gate, 1_000, end);
    const drained = gate.drained(1_000);
    leave(first);
    const second = await place(waiting);
    leave(second);
    expect(await drained).toBe(true);
  });

  it('lets those who wait in when it is made wider', async () => {
    const gate = narrow();
    await place(enter(gate));
    const waiting = enter(gate);
    gate.resize({ maxConcurrent: 2, maxQueue: 2 });
    await place(waiting);
    expect(gate.load).toEqual({ executing: 2, queued: 0 });
  });

  it('takes those who wait over to a new version, whose pages count from there', async () => {
    const gate = narrow();
    const first = await place(enter(gate));
    const waiting = enter(gate);
    gate.moveTo({ version: 'v2', startPages: 7 });
    leave(first);
    await place(waiting);
    expect(gate.pages).toBe(7);
  });
});

describe('the end of a call', () => {
  it('is said once, and also heard by those who ask later', () => {
    const end = new CallEnd();
    const heard: string[] = [];
    end.onAbort((reason) => heard.push(`before ${reason}`));
    const stop = end.onAbort((reason) => heard.push(`never ${reason}`));
    stop();
    end.abort('killed');
    end.abort('client-gone');
    end.onAbort((reason) => heard.push(`after ${reason}`));
    expect(heard).toEqual(['before killed', 'after killed']);
    expect(end.reason).toBe('killed');
  });
});
