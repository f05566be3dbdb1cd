/** A request for `wasi:http/incoming-handler`: handed to the guest, whose response is passed on as it comes. */
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { AnswerBody, HttpTask as HttpRequest } from '../../../src/isolate/tasks.ts';
import { UNITS_PER_ENTRY } from '../limits.ts';
import { internalError } from '../wasi/http/error-code.ts';
import { IncomingRequest } from '../wasi/http/incoming-request.ts';
import type { ResponseParts } from '../wasi/http/outgoing-response.ts';
import { responsePartsOf } from '../wasi/http/outgoing-response.ts';
import { type GivenResponse, ResponseOutparam } from '../wasi/http/response-outparam.ts';
import { responseToSend } from '../wasi/http/response-to-send.ts';
import { assign } from '../wasi/resource.ts';
import type { Task, TaskEnd, TaskFrame } from './task.ts';

/** Statuses whose responses end with their head (RFC 9110, section 6.4.1). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export class HttpTask implements Task {
  readonly export: string;
  readonly isFallible = false;
  readonly mayExit = false;
  readonly cli = { args: [], stdin: '' };
  readonly #request: HttpRequest;
  /** What the guest answered with. */
  #given: GivenResponse | undefined;
  #body: ResponseParts['body'];
  /** Resolves with whether the client has all of the response, when it takes no more. */
  #sent: Promise<boolean> | undefined;

  constructor(id: string, request: HttpRequest) {
    this.export = id;
    this.#request = request;
  }

  begin(frame: TaskFrame): readonly unknown[] {
    const { context } = frame;
    const { head, body: stream, maxBodyBytes } = this.#request;
    const exceeded = () => {
      if (this.#given === undefined) frame.stop((fuel) => requestTooLarge(maxBodyBytes, fuel));
    };
    const options = { limit: { bytes: maxBodyBytes, exceeded } };
    const request = new IncomingRequest(head, { stream, lifetime: context.lifetime, options });
    const outparam = new ResponseOutparam((given) => this.#take(given, frame));
    for (const resource of [request, outparam]) assign(resource, context.toll);
    context.toll.take(UNITS_PER_ENTRY * head.headers.length);
    return [request, outparam];
  }

  settle(_end: TaskEnd, fuel: number): CallOutcome {
    if (this.#given?.tag === 'ok') return { kind: 'responded', fuel };
    if (this.#given?.tag === 'err') return { kind: 'failed', error: this.#given.val.tag, fuel };
    const text = 'the component handled the request without an answer: it never set its response-outparam';
    return { kind: 'crashed', reason: 'trap', text, fuel };
  }

  /** A response that is whole is passed on to its end; by any other outcome the shard knows that it is not. */
  async finish(outcome: CallOutcome): Promise<CallOutcome> {
    if (this.#sent === undefined) return outcome;
    const fuel = 'fuel' in outcome ? outcome.fuel : 0;
    if (this.#body?.isCut) return clientGone(fuel);
    // No effect on a body that the guest has finished.
    this.#body?.fail(internalError('the component ended before the body of its response'));
    if (outcome.kind !== 'responded') return outcome;
    const failure = this.#body?.failure;
    if (failure !== undefined) return unfinished(failure.tag, fuel);
    return (await this.#sent) ? outcome : clientGone(fuel);
  }

  abandon(): void {
    this.#body?.cut();
  }

  #take(given: GivenResponse, frame: TaskFrame): void {
    this.#given = given;
    if (given.tag === 'err') return;
    const parts = responsePartsOf(given.val);
    const { head, declaredBytes } = responseToSend(parts);
    frame.context.toll.take(UNITS_PER_ENTRY * head.headers.length);
    const isBodiless = this.#request.head.method === 'HEAD' || BODILESS.has(head.status);
    if (!isBodiless && declaredBytes !== undefined && declaredBytes > frame.maxResponseBytes) {
      frame.stop((fuel) => responseTooLarge(frame.maxResponseBytes, fuel));
      return;
    }
    if (isBodiless) parts.body?.discard();
    else this.#body = parts.body;
    this.#body?.limit(frame.maxResponseBytes);
    // When the guest gives way: a small body is whole by then.
    this.#sent = Promise.resolve()
      .then(() => frame.respond(head, isBodiless ? undefined : bodyOf(parts)))
      .then((isTaken) => {
        // A guest that still writes hears of it.
        if (!isTaken) parts.body?.cut();
        return isTaken;
      });
  }
}

function bodyOf({ body }: ResponseParts): AnswerBody {
  // The outcome of the call says so.
  const opened = body?.open(() => undefined);
  return opened?.kind === 'bytes' ? opened.bytes : opened?.stream;
}

function requestTooLarge(maxBytes: number, fuel: number): CallOutcome {
  return { kind: 'crashed', reason: 'too-large', text: `the body of the request is more than ${maxBytes} bytes`, fuel };
}

function responseTooLarge(maxBytes: number, fuel: number): CallOutcome {
  const text = `the body of the response is more than ${maxBytes} bytes`;
  return { kind: 'crashed', reason: 'too-large', text, fuel };
}

function clientGone(fuel: number): CallOutcome {
  return { kind: 'aborted', reason: 'client-gone', fuel };
}

/** The head was sent, so the client sees a connection that breaks off. */
function unfinished(tag: string, fuel: number): CallOutcome {
  return { kind: 'crashed', reason: 'trap', text: `the body of the response did not come to its end: ${tag}`, fuel };
}
