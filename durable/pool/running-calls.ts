/** The calls that a shard has taken and not answered yet, by id, each with its end. */
import type { AbortReason } from '../../src/isolate/protocol.ts';
import { CallEnd } from './call-end.ts';

/** Calls that are ended together, unless they have ended by themselves before. */
interface Drain {
  readonly calls: Set<CallEnd>;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class RunningCalls {
  readonly #calls = new Map<string, CallEnd>();
  readonly #drains = new Set<Drain>();

  /** Takes a call in. The id is the gateway's; should it come twice, each call still ends by itself. */
  add(id: string): CallEnd {
    const end = new CallEnd();
    this.#calls.set(id, end);
    return end;
  }

  remove(id: string, end: CallEnd): void {
    if (this.#calls.get(id) === end) this.#calls.delete(id);
    for (const drain of this.#drains) {
      if (drain.calls.delete(end) && drain.calls.size === 0) this.#stop(drain);
    }
  }

  /** Ends one call; one that is not there, or not any more, is no error. */
  abort(id: string, reason: AbortReason): void {
    this.#calls.get(id)?.abort(reason);
  }

  /**
   * Ends all that are there now, after so long; whoever comes later, under the same name again, is none of them. The timer
   * goes with the last of them, since it would keep the object awake.
   */
  killIn(milliseconds: number): void {
    const calls = new Set(this.#calls.values());
    // At once where no time is given: a timer would come behind those of all calls that compute.
    if (milliseconds === 0) kill(calls);
    if (milliseconds === 0 || calls.size === 0) return;
    const timer = setTimeout(() => {
      this.#stop(drain);
      kill(calls);
    }, milliseconds);
    const drain: Drain = { calls, timer };
    this.#drains.add(drain);
  }

  #stop(drain: Drain): void {
    clearTimeout(drain.timer);
    this.#drains.delete(drain);
  }
}

function kill(calls: Iterable<CallEnd>): void {
  for (const end of calls) end.abort('killed');
}
