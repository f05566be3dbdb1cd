/** The calls that a shard has taken and not answered yet, by id, each with its end. */
import type { AbortReason } from '../../src/isolate/protocol.ts';
import { CallEnd } from './call-end.ts';

export class RunningCalls {
  readonly #calls = new Map<string, CallEnd>();

  /** Takes a call in. The id is the gateway's; should it come twice, each call still ends by itself. */
  add(id: string): CallEnd {
    const end = new CallEnd();
    this.#calls.set(id, end);
    return end;
  }

  remove(id: string, end: CallEnd): void {
    if (this.#calls.get(id) === end) this.#calls.delete(id);
  }

  /** Ends one call; one that is not there, or not any more, is no error. */
  abort(id: string, reason: AbortReason): void {
    this.#calls.get(id)?.abort(reason);
  }

  /** All that are there now. */
  all(): readonly CallEnd[] {
    return [...this.#calls.values()];
  }
}
