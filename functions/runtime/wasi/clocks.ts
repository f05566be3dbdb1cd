/** `wasi:clocks`: the platform's clocks, in the nanoseconds that WASI counts in and the millisecond steps that they have. */
import { elapsedMs, startTimer } from '../platform.ts';
import type { WasiContext } from './context.ts';
import { Pollable, type PollSource } from './poll.ts';

const NANOSECONDS_PER_MS = 1_000_000n;

/** Its instants count from the start of the call: no precision is lost, and nothing of the isolate shows. */
export function createMonotonicClock({ lifetime }: WasiContext) {
  const startMs = elapsedMs();
  const now = () => BigInt(Math.round((elapsedMs() - startMs) * 1_000_000));
  /** Ready once `when` has come. A timer that fired counts as well: it may be a fraction of a millisecond early. */
  const timer = (when: bigint): PollSource => {
    let fired = false;
    return {
      lifetime,
      ready: () => fired || now() >= when,
      wait: (wake) =>
        startTimer(Math.ceil(Number(when - now()) / 1_000_000), () => {
          fired = true;
          wake();
        }),
    };
  };
  return {
    now,
    resolution: () => NANOSECONDS_PER_MS,
    subscribeInstant: (when: bigint) => new Pollable(timer(when)),
    subscribeDuration: (duration: bigint) => new Pollable(timer(now() + duration)),
  };
}

export const wallClock = {
  now() {
    const ms = Date.now();
    return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1_000_000 };
  },
  resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
};

/** There is one time zone here. */
export const timezone = {
  display: () => ({ utcOffset: 0, name: 'UTC', inDaylightSavingTime: false }),
  utcOffset: () => 0,
};
