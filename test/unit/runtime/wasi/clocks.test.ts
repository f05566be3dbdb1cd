/** Both clocks, and what waits on one. */
import { expect, it } from 'vitest';
import { createMonotonicClock, wallClock } from '../../../../functions/runtime/wasi/clocks.ts';
import { testContext } from './context.ts';

const HOUR = 3_600_000_000_000n;

it('starts near zero for every call and does not go back', () => {
  const clock = createMonotonicClock(testContext());
  const first = clock.now();
  expect(first).toBeLessThan(HOUR);
  expect(clock.now()).toBeGreaterThanOrEqual(first);
});

it('is ready at an instant that has passed, and not at one to come', () => {
  const clock = createMonotonicClock(testContext());
  expect(clock.subscribeInstant(0n).ready()).toBe(true);
  expect(clock.subscribeDuration(0n).ready()).toBe(true);
  expect(clock.subscribeDuration(HOUR).ready()).toBe(false);
});

it('suspends for a duration and is ready then', async () => {
  const clock = createMonotonicClock(testContext());
  const pollable = clock.subscribeDuration(5_000_000n);
  await pollable.block();
  expect(pollable.ready()).toBe(true);
});

it('waits without end for the largest duration there is', async () => {
  const context = testContext();
  const blocked = createMonotonicClock(context)
    .subscribeDuration(2n ** 64n - 1n)
    .block();
  context.lifetime.end();
  await expect(blocked).rejects.toThrow('the call is over');
});

it('tells the time of day in seconds and nanoseconds', () => {
  const { seconds, nanoseconds } = wallClock.now();
  expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
  expect(nanoseconds).toBeLessThan(1_000_000_000);
});
