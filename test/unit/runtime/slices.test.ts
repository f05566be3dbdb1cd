/** How long a guest may compute before it is asked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALM_SHARE, CALM_WAIT_MS, MAX_ROW_MS } from '../../../functions/runtime/limits.ts';
import { CallSlices, decide, type SlicedCall, shareAfter } from '../../../functions/runtime/slices.ts';

describe('the decision', () => {
  const states = fc.record({
    late: fc.boolean(),
    suspendable: fc.boolean(),
    inRow: fc.integer({ min: 1, max: 1_000 }),
    share: fc.integer({ min: 1, max: 4 }),
    inRowMs: fc.nat(2 * MAX_ROW_MS),
  });

  it('P1: ends whoever is late, lets whoever can wait give way after its share, and bounds the others', () => {
    fc.assert(
      fc.property(states, fc.nat(1_000), (state, maxInRow) => {
        const decision = decide(state, maxInRow);
        if (state.late) expect(decision).toBe('late');
        else if (state.suspendable) expect(decision).toBe(state.inRow >= state.share ? 'suspend' : 'go');
        else expect(decision).toBe(state.inRow > maxInRow || state.inRowMs > MAX_ROW_MS ? 'stuck' : 'go');
      }),
      { numRuns: 500 },
    );
  });
});

/** A call that notes what it was told. */
function slicedCall(suspendable: boolean) {
  const told: string[] = [];
  const call: SlicedCall = { suspendable, lasts: () => told.push('lasts'), end: (why) => told.push(why) };
  return { call, told };
}

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('the slices of a call', () => {
  it('are bounded where the guest cannot wait', () => {
    const { call, told } = slicedCall(false);
    const slices = new CallSlices(call, { timeoutMs: 60_000, maxInRow: 3 });
    expect([1, 2, 3, 4].map(() => slices.verdict())).toEqual(['go', 'go', 'go', 'stop']);
    expect(told).toEqual(['stuck']);
  });

  it('are counted anew after a wait', async () => {
    const { call } = slicedCall(false);
    const slices = new CallSlices(call, { timeoutMs: 60_000, maxInRow: 1 });
    expect(slices.verdict()).toBe('go');
    expect(await slices.suspend()).toBe('go');
    expect(slices.verdict()).toBe('go');
  });

  it('let others run in between, and the call hears that it lasts', async () => {
    const { call, told } = slicedCall(true);
    const slices = new CallSlices(call, { timeoutMs: 60_000, maxInRow: 1 });
    let others = 0;
    setTimeout(() => others++, 0);
    expect(Array.from({ length: CALM_SHARE }, () => slices.verdict()).at(-1)).toBe('suspend');
    expect(await slices.suspend()).toBe('go');
    expect(others).toBe(1);
    expect(told).toEqual(['lasts']);
  });

  it('are fewer in a row where others work in between', async () => {
    expect([shareAfter(0), shareAfter(CALM_WAIT_MS)]).toEqual([CALM_SHARE, 1]);
    const slices = new CallSlices(slicedCall(true).call, { timeoutMs: 60_000, maxInRow: 1 });
    setTimeout(() => compute(CALM_WAIT_MS + 2), 0);
    await slices.suspend();
    expect(slices.verdict()).toBe('suspend');
  });

  it('end when the time is over', () => {
    const { call, told } = slicedCall(true);
    const slices = new CallSlices(call, { timeoutMs: 0, maxInRow: 1 });
    compute(2);
    expect(slices.verdict()).toBe('stop');
    expect(told).toEqual(['late']);
    expect(slices.overrun).toBe('wall');
  });

  it('end when the CPU time is over, in which waits do not count', async () => {
    const { call } = slicedCall(true);
    const slices = new CallSlices(call, { timeoutMs: 60_000, cpuMs: 20, maxInRow: 1 });
    slices.pause();
    compute(30);
    slices.resume();
    expect(slices.verdict()).toBe('go');
    compute(30);
    expect(slices.verdict()).toBe('stop');
    expect(slices.overrun).toBe('cpu');
  });

  it('stop a guest that waits for one, and every guest later, once the call is over', async () => {
    const slices = new CallSlices(slicedCall(true).call, { timeoutMs: 60_000, maxInRow: 1 });
    const waiting = slices.suspend();
    slices.close();
    expect(await waiting).toBe('stop');
    expect(slices.verdict()).toBe('stop');
    expect(await slices.suspend()).toBe('stop');
  });
});
