/** One HTTP request for a component's `wasi:http/incoming-handler`, whichever way the component was named. */
import type { PoolAnswer, PoolTask } from '../../../durable/pool/contract.ts';
import type { HttpRequestHead } from '../../isolate/tasks.ts';
import type { GatewayContext } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { callPool, originHeaders } from '../pool-call.ts';
import { blocked, countMiss } from '../rate-limit.ts';
import { readName } from '../request.ts';
import { addResponseHeaders, declaredLength, requestHeaders } from './headers.ts';
import { type BegunResponse, HttpResponseSink } from './response-sink.ts';
import type { HttpTarget } from './target.ts';

/** Statuses that `Response` takes without a body only. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** On a shared host (the target has a prefix) what a component answers is sandboxed. */
export async function serveHttp(c: GatewayContext, target: HttpTarget): Promise<Response> {
  const limited = blocked(c, Date.now());
  if (limited !== undefined) return errorResponse(limited);
  const name = readName(target.component);
  if (!name.ok) return errorResponse(name.error);
  const sink = new HttpResponseSink();
  const called = callPool(c, name.value, taskOf(c, target, sink));
  const first = await Promise.race([sink.begun, called.answered]);
  if (!('kind' in first)) return refusal(c, first);
  const concluded = called.answered.then(
    ({ answer }) => sink.conclude(answer.kind === 'responded'),
    () => sink.conclude(false),
  );
  c.executionCtx.waitUntil(concluded);
  return responseOf(first, target.prefix !== '');
}

function taskOf(c: GatewayContext, target: HttpTarget, sink: HttpResponseSink): PoolTask {
  const { raw } = c.req;
  const announced = raw.headers.get('content-length');
  return {
    kind: 'http',
    head: headOf(c, target),
    ...(raw.body === null ? {} : { body: raw.body }),
    ...(announced === null ? {} : { bodyBytes: Number(announced) }),
    sink,
  };
}

function headOf(c: GatewayContext, { pathWithQuery, prefix }: HttpTarget): HttpRequestHead {
  const { raw } = c.req;
  const url = new URL(raw.url);
  const authority = raw.headers.get('host') ?? url.host;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const headers = requestHeaders(raw.headers, {
    address: raw.headers.get('cf-connecting-ip') ?? undefined,
    scheme,
    host: authority,
    prefix,
    usedToken: c.var.caller.kind === 'token',
  });
  return { method: raw.method, pathWithQuery, scheme, authority, headers };
}

/** A token that is not ours is the component's to judge, unless the component takes ours only: then it is a failed one. */
async function refusal(c: GatewayContext, { answer, ...origin }: PoolAnswer): Promise<Response> {
  const headers = originHeaders(origin);
  if (answer.kind !== 'failure') throw new Error(`a request was answered with ${answer.kind}`);
  const isFailedToken = c.var.caller.kind === 'unknown' && answer.failure.code === 'UNAUTHENTICATED';
  const limited = isFailedToken ? await countMiss(c, Date.now()) : undefined;
  return errorResponse(limited ?? answer.failure, headers);
}

function responseOf({ status, headers: given, body, origin }: BegunResponse, isSharedHost: boolean): Response {
  const headers = originHeaders(origin);
  addResponseHeaders(headers, given, isSharedHost);
  const length = body === null ? declaredLength(given) : undefined;
  // Of a body that would have been: a response to HEAD. Where there is a body, the platform counts it.
  if (length !== undefined && !BODILESS.has(status)) headers.set('content-length', String(length));
  // What the component has encoded is encoded already.
  return new Response(BODILESS.has(status) ? null : body, { status, headers, encodeBody: 'manual' });
}
