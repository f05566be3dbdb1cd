/** Pollables: what suspends, what wakes, what is given up at the end of a call. */
import { expect, it, vi } from 'vitest';
import { CallLifetime, CallOver } from '../../../../functions/runtime/lifetime.ts';
import { MAX_POLL_LIST } from '../../../../functions/runtime/limits.ts';
import { WasiTrap } from '../../../../functions/runtime/wasi/failure.ts';
import { ALWAYS_READY, createPoll, Pollable } from '../../../../functions/runtime/wasi/poll.ts';
import { testContext } from './context.ts';

/** A pollable whose readiness the test decides. */
function controlled(lifetime: CallLifetime) {
  const wakers = new Set<() => void>();
  let ready = false;
  const pollable = new Pollable({
    lifetime,
    ready: () => ready,
    wait: (wake) => {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
  });
  const fire = () => {
    ready = true;
    for (const wake of wakers) wake();
  };
  return { pollable, fire, wakers };
}

const always = () => new Pollable(ALWAYS_READY);

it('answers at once with everything that is ready', () => {
  const context = testContext();
  const never = controlled(context.lifetime).pollable;
  expect(createPoll(context).poll([always(), never, always()])).toEqual(new Uint32Array([0, 2]));
});

it('does not suspend a guest that blocks on something ready', () => {
  expect(always().block()).toBeUndefined();
});

it('waits for the first that becomes ready, and stops waiting for the others', async () => {
  const context = testContext();
  const [first, second] = [controlled(context.lifetime), controlled(context.lifetime)];
  const indices = createPoll(context).poll([first.pollable, second.pollable]);
  second.fire();
  expect(await indices).toEqual(new Uint32Array([1]));
  expect([first.wakers.size, second.wakers.size]).toEqual([0, 0]);
});

it('gives up what is waited for when the call ends, and whatever comes after', async () => {
  const context = testContext();
  const { pollable, wakers } = controlled(context.lifetime);
  const polled = createPoll(context).poll([pollable]);
  const blocked = pollable.block();
  context.lifetime.end();
  await expect(polled).rejects.toThrow(CallOver);
  await expect(blocked).rejects.toThrow(CallOver);
  await expect(pollable.block()).rejects.toThrow(CallOver);
  expect(wakers.size).toBe(0);
});

it('traps on an empty list and on one that is too long', () => {
  const { poll } = createPoll(testContext());
  expect(() => poll([])).toThrow(WasiTrap);
  expect(() => poll(Array.from({ length: MAX_POLL_LIST + 1 }, always))).toThrow(WasiTrap);
});

it('refuses an object that is no pollable of this harness', () => {
  const forged = Object.create(Pollable.prototype) as Pollable;
  expect(() => createPoll(testContext()).poll([forged])).toThrow(TypeError);
});

it('does not wake twice', async () => {
  const lifetime = new CallLifetime();
  const stop = vi.fn();
  let wake: () => void = () => undefined;
  const waiting = lifetime.until((given) => {
    wake = given;
    return stop;
  });
  wake();
  await waiting;
  lifetime.end();
  expect(stop).toHaveBeenCalledTimes(1);
});
