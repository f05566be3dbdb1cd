/** Admission over random arrivals, ends and desertions: the rules in src/core/admission.ts hold after each step. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Admission, type Entrant, type Grant } from '../../../src/core/admission.ts';
import { ISOLATE_PAGES } from '../../../src/core/limits.ts';

interface Call extends Entrant {
  readonly arrived: number;
}

type Step =
  | { readonly kind: 'arrive'; readonly version: number; readonly fn: number }
  | { readonly kind: 'end' | 'leave'; readonly which: number; readonly pages: number; readonly instances: number };

const VERSIONS = 2;
const FUNCTIONS = 3;

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('arrive' as const), version: fc.nat(1), fn: fc.nat(2) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('end' as const, 'leave' as const),
        which: fc.nat(1_000),
        pages: fc.nat(ISOLATE_PAGES),
        instances: fc.integer({ min: 1, max: 20 }),
      }),
    },
  ),
  { maxLength: 120 },
) as fc.Arbitrary<Step[]>; // A cast: the union of both records is what `Step` says.

const settings = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 6 }),
  maxQueue: fc.nat(8),
  startPages: fc.tuple(fc.integer({ min: 1, max: ISOLATE_PAGES }), fc.integer({ min: 1, max: ISOLATE_PAGES })),
});

/** An admission, what the test knows about it, and its steps. */
class Model {
  readonly admission = new Admission<Call>();
  readonly running: { readonly call: Call; readonly grant: Grant }[] = [];
  readonly waiting: Call[] = [];
  readonly #startPages: readonly number[];
  #arrivals = 0;

  constructor(maxConcurrent: number, maxQueue: number, startPages: readonly number[]) {
    this.admission.resize({ maxConcurrent, maxQueue });
    this.#startPages = startPages;
  }

  take(step: Step): void {
    if (step.kind === 'arrive') this.#arrive(step.version, step.fn);
    else if (step.kind === 'end') this.#end(step.which, step);
    else this.#desert(step.which);
  }

  #arrive(version: number, fn: number): void {
    this.#arrivals += 1;
    const startPages = this.#startPages[version] ?? 1;
    const call = { version: `v${version}`, function: `f${fn}`, startPages, arrived: this.#arrivals };
    const arrival = this.admission.arrive(call);
    if (arrival.kind === 'run') this.running.push({ call, grant: arrival.grant });
    if (arrival.kind !== 'wait') return;
    const { pushedOut } = arrival;
    if (pushedOut !== undefined) {
      expect(this.#isFirst(pushedOut)).toBe(false);
      this.waiting.splice(this.waiting.indexOf(pushedOut), 1);
    }
    this.waiting.push(call);
  }

  #end(which: number, held: { readonly pages: number; readonly instances: number }): void {
    const [ended] = this.running.splice(which % Math.max(1, this.running.length), 1);
    if (ended === undefined) return;
    this.admission.leave(ended.grant);
    this.admission.release(ended.grant, held);
    for (let next = this.admission.next(); next !== undefined; next = this.admission.next()) {
      expect(this.#isFirst(next.entrant)).toBe(true);
      this.waiting.splice(this.waiting.indexOf(next.entrant), 1);
      this.running.push({ call: next.entrant, grant: next.grant });
    }
  }

  #desert(which: number): void {
    const [gone] = this.waiting.splice(which % Math.max(1, this.waiting.length), 1);
    if (gone !== undefined) this.admission.withdraw(gone);
  }

  #isFirst(call: Call): boolean {
    return this.waiting.every(
      (other) => other.version !== call.version || other.function !== call.function || other.arrived >= call.arrived,
    );
  }
}

describe('admission', () => {
  it('P1: bounds hold, counts are right, and no place stays free for which somebody waits', () => {
    fc.assert(
      fc.property(settings, steps, ({ maxConcurrent, maxQueue, startPages }, taken) => {
        const model = new Model(maxConcurrent, maxQueue, startPages);
        for (const step of taken) {
          model.take(step);
          const { admission, running, waiting } = model;
          expect(admission.load).toEqual({ executing: running.length, queued: waiting.length });
          expect(running.length).toBeLessThanOrEqual(maxConcurrent);
          expect(waiting.length).toBeLessThanOrEqual(maxQueue);
          for (const version of ['v0', 'v1']) {
            expect(admission.reservedPages(version)).toBeLessThanOrEqual(ISOLATE_PAGES);
          }
          expect(admission.next()).toBeUndefined();
          const idle = waiting.filter(({ version }) => admission.reservedPages(version) === 0);
          if (running.length < maxConcurrent) expect(idle).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('P2: a function without a place gets one within as many starts as there are lines', () => {
    fc.assert(
      fc.property(settings, steps, ({ maxConcurrent, maxQueue }, taken) => {
        const model = new Model(maxConcurrent, maxQueue, [1, 1]);
        const passedOver = new Map<string, number>();
        for (const step of taken) {
          const before = new Set(model.running.map(({ grant }) => grant));
          model.take(step);
          const started = model.running.filter(({ grant }) => !before.has(grant)).length;
          const has = new Set(model.running.map(({ call }) => call.function));
          const without = new Set(model.waiting.map((call) => call.function).filter((fn) => !has.has(fn)));
          for (const fn of passedOver.keys()) if (!without.has(fn)) passedOver.delete(fn);
          if (step.kind !== 'end') continue;
          for (const fn of without) {
            passedOver.set(fn, (passedOver.get(fn) ?? 0) + started);
            expect(passedOver.get(fn)).toBeLessThanOrEqual(VERSIONS * FUNCTIONS);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('P3: all who wait start when nothing new comes and calls end', () => {
    fc.assert(
      fc.property(settings, steps, ({ maxConcurrent, maxQueue, startPages }, taken) => {
        const model = new Model(maxConcurrent, maxQueue, startPages);
        for (const step of taken) model.take(step);
        while (model.running.length > 0) model.take({ kind: 'end', which: 0, pages: 1, instances: 1 });
        expect(model.waiting).toEqual([]);
        expect(model.admission.load).toEqual({ executing: 0, queued: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
