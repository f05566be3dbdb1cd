/** A call of an exported function with JSON, answered with JSON. */
import { resultToJson } from '../../../src/component/codec/index.ts';
import type { CallableFunction } from '../../../src/component/model.ts';
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { GuestEnd } from '../guest-end.ts';
import type { Task, TaskEnd } from './task.ts';

export class FunctionTask implements Task {
  readonly mayExit = false;
  readonly cli = { args: [], stdin: '' };
  readonly #fn: CallableFunction;
  readonly #values: readonly unknown[];
  readonly #maxResponseBytes: number;

  constructor(fn: CallableFunction, values: readonly unknown[], maxResponseBytes: number) {
    this.#fn = fn;
    this.#values = values;
    this.#maxResponseBytes = maxResponseBytes;
  }

  get export(): string {
    return this.#fn.id;
  }

  get isFallible(): boolean {
    return this.#fn.result?.kind === 'result';
  }

  begin(): readonly unknown[] {
    return this.#values;
  }

  settle(end: TaskEnd, fuel: number): CallOutcome {
    // A cast: who may not exit has no other ends.
    const { json, isErr } = resultToJson(this.#fn.result, end as GuestEnd);
    const text = JSON.stringify(json);
    if (isLongerThan(text, this.#maxResponseBytes)) {
      const why = `the result is more than ${this.#maxResponseBytes} bytes of JSON`;
      return { kind: 'crashed', reason: 'too-large', text: why, fuel };
    }
    return { kind: isErr ? 'err' : 'ok', json: text, fuel };
  }
}

const encoder = new TextEncoder();

/** Whether `text` has more than `bytes` bytes in UTF-8, where a UTF-16 unit takes one to three. */
function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && encoder.encode(text).length > bytes;
}
