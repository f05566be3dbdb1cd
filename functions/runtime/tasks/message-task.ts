/** A delivery of a message to `wasi:messaging/incoming-handler`: the message in, and whether it was handled out. */
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { MessageTask as MessageRequest } from '../../../src/isolate/tasks.ts';
import { receivedMessage } from '../wasi/messaging.ts';
import { assign } from '../wasi/resource.ts';
import type { Task, TaskEnd, TaskFrame } from './task.ts';

/** What a handler returned, without the text of its error: nobody but its topic hears of it. */
const HANDLED = '{"result":{"ok":null}}';
const FAILED = '{"result":{"err":null}}';

export class MessageTask implements Task {
  readonly export: string;
  readonly isFallible = true;
  readonly mayExit = false;
  readonly cli = { args: [], stdin: '' };
  readonly #message: MessageRequest['message'];

  constructor(id: string, { message }: MessageRequest) {
    this.export = id;
    this.#message = message;
  }

  begin({ context }: TaskFrame): readonly unknown[] {
    const message = receivedMessage({ ...this.#message, data: new Uint8Array(this.#message.data) }, true);
    assign(message, context.toll);
    return [message];
  }

  settle(end: TaskEnd, fuel: number): CallOutcome {
    return 'returned' in end ? { kind: 'ok', json: HANDLED, fuel } : { kind: 'err', json: FAILED, fuel };
  }
}
