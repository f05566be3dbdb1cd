/** `wasi:http/outgoing-handler`: sends requests through the call's carrier, which asks for leave each time. */
import type { HttpAnswer } from '../../../../src/capability/http/contract.ts';
import type { CallCarrier } from '../../../../src/isolate/protocol.ts';
import type { CallLifetime } from '../../lifetime.ts';
import { startTimer } from '../../platform.ts';
import type { WasiContext } from '../context.ts';
import { type ErrorCode, httpFailure, internalError } from './error-code.ts';
import { receivedFields } from './fields.ts';
import { type Exchange, FutureIncomingResponse, settleFuture } from './future-response.ts';
import { IncomingResponse } from './incoming-response.ts';
import { type RequestOptions, type RequestTimeouts, timeoutsOf } from './options.ts';
import { type OutgoingRequest, partsOf, type RequestParts } from './outgoing-request.ts';
import { bodyToSend, requestToSend } from './request-to-send.ts';

const encoder = new TextEncoder();

/** The interface for one call. */
export function createOutgoingHandler({ capabilities, lifetime }: WasiContext) {
  let sent = 0;
  return {
    handle(request: OutgoingRequest, options: RequestOptions | undefined): FutureIncomingResponse {
      const carrier = capabilities.carrier();
      if (carrier === undefined) throw httpFailure(internalError('nobody carries requests to other hosts here'));
      sent += 1;
      return new Sending(carrier, lifetime, sent).send(partsOf(request), timeoutsOf(options));
    },
  };
}

/** One request from the moment it is handed over. */
class Sending {
  readonly #carrier: CallCarrier;
  readonly #lifetime: CallLifetime;
  readonly #id: number;
  readonly #future: FutureIncomingResponse;
  #over = false;

  constructor(carrier: CallCarrier, lifetime: CallLifetime, id: number) {
    this.#carrier = carrier;
    this.#lifetime = lifetime;
    this.#id = id;
    this.#future = new FutureIncomingResponse(lifetime, () => this.#abort());
  }

  send(parts: RequestParts, timeouts: RequestTimeouts): FutureIncomingResponse {
    const head = requestToSend(parts, this.#id);
    const body = bodyToSend(parts, (code) => this.#giveUp(code));
    const stopTimer = this.#limitWait(timeouts, () => {
      this.#giveUp({ tag: 'HTTP-response-timeout' });
      parts.body?.fail({ tag: 'HTTP-response-timeout' });
    });
    this.#carrier
      .request(head, body)
      .then(
        (answer) => exchangeOf(answer, this.#lifetime, timeouts),
        (): Exchange => ({ tag: 'err', val: internalError('the platform did not answer') }),
      )
      .then((exchange) => {
        stopTimer();
        settleFuture(this.#future, exchange);
        if (exchange.tag === 'ok') return;
        this.#over = true;
        parts.body?.fail(exchange.val);
      });
    return this.#future;
  }

  /** The guest's side of it failed: nobody may take what was sent so far for a whole request. */
  #giveUp(code: ErrorCode): void {
    settleFuture(this.#future, { tag: 'err', val: code });
    this.#abort();
  }

  #abort(): void {
    if (this.#over || this.#lifetime.over) return;
    this.#over = true;
    // A carrier that is gone has ended the request already.
    this.#carrier.abort(this.#id).catch(() => undefined);
  }

  /** Calls `late` when the head takes too long, unless the call ends before; the answer takes that back. */
  #limitWait({ headMs }: RequestTimeouts, late: () => void): () => void {
    if (headMs === undefined) return () => undefined;
    const stopTimer = startTimer(headMs, late);
    const stopListening = this.#lifetime.atEnd(stopTimer);
    return () => {
      stopTimer();
      stopListening();
    };
  }
}

function exchangeOf(answer: HttpAnswer, lifetime: CallLifetime, { betweenBytesMs }: RequestTimeouts): Exchange {
  if (answer.kind === 'failed') return { tag: 'err', val: answer.code };
  const headers = receivedFields(answer.headers.map(([name, value]) => [name, encoder.encode(value)]));
  const { body } = answer;
  const bytes = {
    ...(body instanceof Uint8Array ? { stream: undefined, whole: body } : { stream: body }),
    lifetime,
    options: betweenBytesMs === undefined ? {} : { betweenBytesMs },
  };
  return { tag: 'ok', val: new IncomingResponse(answer.status, headers, bytes) };
}
