/** `wasi:http/outgoing-handler`: sends requests through the call's carrier, which asks for leave each time. */

import type { HttpAnswer } from '../../../../src/capability/http/contract.ts';
import type { CallLifetime } from '../../lifetime.ts';
import { startTimer } from '../../platform.ts';
import type { WasiContext } from '../context.ts';
import { httpFailure, internalError } from './error-code.ts';
import { receivedFields } from './fields.ts';
import { type Exchange, FutureIncomingResponse, settleFuture } from './future-response.ts';
import { IncomingResponse } from './incoming-response.ts';
import { type RequestOptions, type RequestTimeouts, timeoutsOf } from './options.ts';
import { type OutgoingRequest, partsOf } from './outgoing-request.ts';
import { bodyToSend, requestToSend } from './request-to-send.ts';

const encoder = new TextEncoder();

/** The interface for one call. */
export function createOutgoingHandler({ capabilities, lifetime }: WasiContext) {
  let sent = 0;
  return {
    handle(request: OutgoingRequest, options: RequestOptions | undefined): FutureIncomingResponse {
      const parts = partsOf(request);
      const id = ++sent;
      const head = requestToSend(parts, id);
      const body = bodyToSend(parts);
      const carrier = capabilities.carrier();
      if (carrier === undefined) throw httpFailure(internalError('nobody carries requests to other hosts here'));
      const abort = () => {
        // A carrier that is gone has ended the request already.
        carrier.abort(id).catch(() => undefined);
      };
      const future = new FutureIncomingResponse(lifetime, abort);
      const timeouts = timeoutsOf(options);
      const stopTimer = limitWait(timeouts, lifetime, () => {
        if (settleFuture(future, { tag: 'err', val: { tag: 'HTTP-response-timeout' } })) abort();
      });
      carrier
        .request(head, body)
        .then(
          (answer) => exchangeOf(answer, lifetime, timeouts),
          (): Exchange => ({ tag: 'err', val: internalError('the platform did not answer') }),
        )
        .then((exchange) => {
          stopTimer();
          if (exchange.tag === 'err') parts.body?.fail(exchange.val);
          settleFuture(future, exchange);
        });
      return future;
    },
  };
}

function exchangeOf(answer: HttpAnswer, lifetime: CallLifetime, { betweenBytesMs }: RequestTimeouts): Exchange {
  if (answer.kind === 'failed') return { tag: 'err', val: answer.code };
  const headers = receivedFields(answer.headers.map(([name, value]) => [name, encoder.encode(value)]));
  const bytes = {
    stream: answer.body,
    lifetime,
    options: betweenBytesMs === undefined ? {} : { betweenBytesMs },
  };
  return { tag: 'ok', val: new IncomingResponse(answer.status, headers, bytes) };
}

/** Calls `late` when the head takes too long, unless the call ends before; the answer takes that back. */
function limitWait({ headMs }: RequestTimeouts, lifetime: CallLifetime, late: () => void): () => void {
  if (headMs === undefined) return () => undefined;
  const stopTimer = startTimer(headMs, late);
  const stopListening = lifetime.atEnd(stopTimer);
  return () => {
    stopTimer();
    stopListening();
  };
}
