/** Random sequences of calls of the component `subject`, some of them at the same time. */
import fc from 'fast-check';
import { STEP } from './subject.ts';

/** When the call is told that it must end. `afterwards`: when it has ended and others have begun, which must not matter. */
type Abort = 'never' | 'at-once' | 'afterwards' | { readonly afterMs: number };

export interface PlannedCall {
  readonly steps: readonly number[];
  readonly environment: readonly (readonly [string, string])[];
  /** Its ceiling, in pages more than the component starts with. */
  readonly morePages: number;
  readonly fuel: number;
  readonly timeoutMs: number;
  readonly abort: Abort;
  /** What does not depend on how fast this machine is: all of its outcome or nothing. */
  readonly compared: 'all' | 'nothing';
}

/** Waves of calls; those of one wave run at the same time. */
export type Sequence = readonly (readonly PlannedCall[])[];

const PLENTY = 1_000_000_000;
const LONG_MS = 30_000;
const LATE_MS = 15;

const operand = fc.oneof(
  { weight: 4, arbitrary: fc.nat(9) },
  { weight: 1, arbitrary: fc.nat(1_000_000) },
  { weight: 1, arbitrary: fc.constantFrom(512, 4096, 8192, 16_384, 65_532) },
);

/** A step and how often it comes: waits take time, and ends leave nothing for later steps. */
const often = (weight: number, ...names: (keyof typeof STEP)[]) => ({
  weight,
  arbitrary: fc.tuple(fc.constantFrom(...names.map((name) => STEP[name])), operand, operand),
});

const change = often(4, 'store', 'fill', 'copy', 'setGlobal', 'setTable', 'newHandle', 'keepStream', 'keepTimer');

const step = fc.oneof(
  often(4, 'hash', 'load', 'global', 'callTable', 'post', 'repOfHandle', 'environment'),
  change,
  often(3, 'memorySize', 'tableSize', 'write', 'clock', 'random', 'burn'),
  often(1, 'growMemory', 'growTable', 'dropHandle', 'writeToHandle', 'fail', 'trap', 'exit'),
  { weight: 1, arbitrary: fc.tuple(fc.constant<number>(STEP.wait), fc.nat(2), fc.constant(0)) },
);

const steps = fc.array(step, { maxLength: 8 }).map((each) => each.flat());

/** Steps that end at once, so that the step behind them is where the call is when it is ended. */
const changes = fc.array(change.arbitrary, { maxLength: 8 }).map((each) => each.flat());

/** Few steps of few kinds, so that one call sees what another one did. */
const focused = fc
  .constantFrom<readonly (keyof typeof STEP)[]>(
    ['growTable', 'tableSize', 'callTable'],
    ['growMemory', 'memorySize', 'store', 'load'],
    ['setTable', 'callTable'],
    ['newHandle', 'repOfHandle', 'dropHandle'],
    ['growMemory', 'trap'],
  )
  .chain((names) => fc.array(often(1, ...names).arbitrary, { minLength: 1, maxLength: 2 }))
  .map((each) => each.flat());

const name = fc.string({ maxLength: 6 });

const base = fc.record({
  steps,
  environment: fc.array(fc.tuple(name, name), { maxLength: 3 }),
  morePages: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(0, 3, 9, 200) },
    { weight: 1, arbitrary: fc.constant(-1) },
  ),
});

const usual = { fuel: PLENTY, timeoutMs: LONG_MS, abort: 'never', compared: 'all' } as const;

const REST = [STEP.rest, 0, 0];
const SPIN = [STEP.spin, 0, 0];
/** Longer than a call lasts before it asks whether it must end. */
const LAST = [STEP.wait, 7, 0];

function ending(last: readonly number[], rest: Partial<PlannedCall>) {
  return base.map((each): PlannedCall => ({ ...usual, ...each, ...rest, steps: [...each.steps, ...last] }));
}

/** One that waits until it is told to end. */
const told = fc.tuple(base, changes).map(([each, before]): PlannedCall => {
  const steps = [...before, ...REST];
  return { ...usual, ...each, steps, morePages: Math.max(each.morePages, 0), abort: 'at-once' };
});

const call: fc.Arbitrary<PlannedCall> = fc.oneof(
  { weight: 8, arbitrary: ending([], {}) },
  {
    weight: 8,
    arbitrary: fc.tuple(base, focused).map(([each, few]): PlannedCall => ({ ...usual, ...each, steps: few })),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(base, fc.nat(100_000)).map(([each, fuel]): PlannedCall => ({ ...usual, ...each, fuel })),
  },
  { weight: 1, arbitrary: ending(SPIN, { fuel: 3_000_000 }) },
  { weight: 2, arbitrary: ending(LAST, { abort: 'afterwards' }) },
  { weight: 1, arbitrary: told },
  { weight: 1, arbitrary: ending(REST, { timeoutMs: LATE_MS, compared: 'nothing' }) },
  { weight: 1, arbitrary: ending(SPIN, { timeoutMs: LATE_MS, compared: 'nothing' }) },
  { weight: 1, arbitrary: ending(SPIN, { abort: 'at-once', compared: 'nothing' }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(ending(LAST, { compared: 'nothing' }), fc.nat(12))
      .map(([each, afterMs]) => ({ ...each, abort: { afterMs } })),
  },
);

/** Sequences of up to six waves of up to three calls. */
export const sequences: fc.Arbitrary<Sequence> = fc.array(fc.array(call, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 6,
});

/** Whether an instance that ended such a call as its guest wanted may be used again: what grows cannot go back. */
export function grows({ steps: all }: PlannedCall): boolean {
  return all.some((code, at) => at % 3 === 0 && (code === STEP.growMemory || code === STEP.growTable));
}
