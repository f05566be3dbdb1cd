/**
 * How long a guest may compute: after each slice of fuel it is asked whether it goes on, gives way to others for a moment,
 * or has had its time. The decision is pure; the clock and the wait are beside it.
 */
import type { TimeLimit } from '../../src/isolate/protocol.ts';
import type { Slices, Verdict } from './fuel.ts';
import { CALM_SHARE, CALM_WAIT_MS, MAX_ROW_MS } from './limits.ts';
import { elapsedMs, startTimer } from './platform.ts';

/** What is known of a guest that has used up a slice. */
export interface SliceState {
  /** Its wall or CPU time is used up. */
  readonly late: boolean;
  /** It was entered in a way that lets it wait. */
  readonly suspendable: boolean;
  /** Slices that it has used since it last gave way, or was called. */
  readonly inRow: number;
  /** After how many it gives way. */
  readonly share: number;
  /** Milliseconds that they took. */
  readonly inRowMs: number;
}

/** `late` and `stuck` end the call: no time left, or too long in a part that cannot wait. */
export function decide(state: SliceState, maxInRow: number): Verdict | 'late' | 'stuck' {
  const { late, suspendable, inRow, share, inRowMs } = state;
  if (late) return 'late';
  if (suspendable) return inRow >= share ? 'suspend' : 'go';
  // Fuel cannot price what waits for memory; where the clock moves, it ends that.
  return inRow > maxInRow || inRowMs > MAX_ROW_MS ? 'stuck' : 'go';
}

/**
 * Slices until a guest gives way again, when it last had to wait so long for its turn. Giving way takes a millisecond also
 * where nobody else has work; the longer it takes, the more there are who wait for each other.
 */
export function shareAfter(waitedMs: number): number {
  return waitedMs < CALM_WAIT_MS ? CALM_SHARE : 1;
}

/** What the slices of a call are bounded by. */
export interface TimeLimits {
  /** Wall time, in milliseconds. */
  readonly timeoutMs: number;
  /** When it began, as `elapsedMs` told it; absent: now. */
  readonly beganMs?: number;
  /** The part of it that the guest may compute, in milliseconds; absent: all of it. */
  readonly cpuMs?: number | undefined;
  /** Slices in a row where the guest cannot wait. */
  readonly maxInRow: number;
}

/** The call, as its slices see it. */
export interface SlicedCall {
  /** Whether the guest may wait at this moment. */
  readonly suspendable: boolean;
  /** It has used more than one slice, so that it is worth listening for its end. */
  lasts(): void;
  /** Ends it for good. */
  end(why: 'late' | 'stuck'): void;
}

export class CallSlices implements Slices {
  readonly #call: SlicedCall;
  readonly #limits: TimeLimits;
  readonly #deadlineMs: number;
  #inRow = 0;
  #share = CALM_SHARE;
  #computedMs = 0;
  /** When the guest last began to compute; undefined while it waits. */
  #since: number | undefined;
  #wake: ((answer: 'go' | 'stop') => void) | undefined;
  #over = false;

  constructor(call: SlicedCall, limits: TimeLimits) {
    this.#call = call;
    this.#limits = limits;
    this.#since = elapsedMs();
    this.#deadlineMs = (limits.beganMs ?? this.#since) + limits.timeoutMs;
  }

  /** Milliseconds of wall time that are left. */
  get remainingMs(): number {
    return Math.max(this.#deadlineMs - elapsedMs(), 0);
  }

  /** Whether the guest has had its time. */
  get late(): boolean {
    return this.overrun !== undefined;
  }

  /**
   * The time that the guest has used up, if any. A laptop's clock moves while code runs. The edge's stands still until the
   * next I/O or timer, so there a guest that cannot wait is ended by `maxInRow`.
   */
  get overrun(): TimeLimit | undefined {
    const now = elapsedMs();
    const { cpuMs } = this.#limits;
    if (cpuMs !== undefined && this.#computed(now) > cpuMs) return 'cpu';
    return now > this.#deadlineMs ? 'wall' : undefined;
  }

  /** The guest begins to wait for the host: that is not its CPU time. */
  pause(): void {
    const now = elapsedMs();
    this.#computedMs = this.#computed(now);
    this.#since = undefined;
    this.#inRow = 0;
    this.#call.lasts();
  }

  /** It goes on after `pause`. */
  resume(): void {
    this.#since ??= elapsedMs();
  }

  verdict(): Verdict {
    if (this.#over) return 'stop';
    this.#inRow += 1;
    const { suspendable } = this.#call;
    const inRowMs = this.#since === undefined ? 0 : elapsedMs() - this.#since;
    const state = { late: this.late, suspendable, inRow: this.#inRow, share: this.#share, inRowMs };
    const decision = decide(state, this.#limits.maxInRow);
    if (decision !== 'late' && decision !== 'stuck') return decision;
    this.#call.end(decision);
    return 'stop';
  }

  suspend(): Promise<'go' | 'stop'> {
    this.pause();
    const pausedMs = elapsedMs();
    return new Promise((resolve) => {
      if (this.#over) return resolve('stop');
      this.#wake = (answer) => {
        this.#wake = undefined;
        stopTimer();
        this.resume();
        this.#share = shareAfter(elapsedMs() - pausedMs);
        resolve(answer);
      };
      // A timer and not a microtask: others have their turn only when this one's task has ended.
      const stopTimer = startTimer(0, () => this.#wake?.(this.#over ? 'stop' : 'go'));
    });
  }

  /** The call is over: whoever waits for a slice is stopped now, and so is whoever asks for one later. */
  close(): void {
    this.#over = true;
    this.#wake?.('stop');
  }

  #computed(now: number): number {
    return this.#computedMs + (this.#since === undefined ? 0 : now - this.#since);
  }
}
