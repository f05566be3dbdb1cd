/** `POST /run/{component}`: runs its `wasi:cli/run`, and answers with what it printed, as a whole or as it comes. */
import { Hono } from 'hono';
import type { PoolAnswer } from '../../../durable/pool/contract.ts';
import { withCallBody } from '../call-body.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorBody, errorResponse } from '../error-response.ts';
import { callPool, originHeaders, type PoolCalled } from '../pool-call.ts';
import { blocked } from '../rate-limit.ts';
import { readName } from '../request.ts';
import { event } from '../run/events.ts';
import { OutputEventsSink } from '../run/output-sink.ts';
import { type RunRequest, readRunRequest } from '../run/request.ts';

export const run = new Hono<GatewayEnv>().post('/:name', async (c) => {
  const limited = blocked(c, Date.now());
  if (limited !== undefined) return errorResponse(limited);
  const name = readName(c.req.param('name'));
  if (!name.ok) return errorResponse(name.error);
  return withCallBody(c, async (body) => {
    const request = readRunRequest(body);
    if (!request.ok) return errorResponse(request.error);
    const wantsEvents = /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '');
    return wantsEvents ? stream(c, name.value, request.value) : answerWhole(c, name.value, request.value);
  });
});

async function answerWhole(c: GatewayContext, component: string, request: RunRequest): Promise<Response> {
  const { answer, ...origin } = await callPool(c, component, { kind: 'command', ...request }).answered;
  const headers = originHeaders(origin);
  if (answer.kind === 'failure') return errorResponse(answer.failure, headers);
  if (answer.kind !== 'exited') throw new Error(`a command was answered with ${answer.kind}`);
  const { code, stdout, stderr, truncated } = answer;
  return Response.json({ exitCode: code, stdout, stderr, ...(truncated ? { truncated } : {}) }, { headers });
}

/** Answers as soon as the command begins; what is refused before that is answered as ever. */
async function stream(c: GatewayContext, component: string, request: RunRequest): Promise<Response> {
  const { readable, writable } = new IdentityTransformStream();
  const writer: WritableStreamDefaultWriter<Uint8Array> = writable.getWriter();
  const sink = new OutputEventsSink(writer);
  const called = callPool(c, component, { kind: 'command', ...request, sink });
  const first = await Promise.race([called.answered, sink.begun]);
  if ('answer' in first && first.answer.kind === 'failure') {
    return errorResponse(first.answer.failure, originHeaders(first));
  }
  c.executionCtx.waitUntil(finish(called, writer));
  const headers = originHeaders(first);
  headers.set('content-type', 'text/event-stream');
  headers.set('cache-control', 'no-store');
  return new Response(readable, { headers });
}

/** Writes the last event. A client that is gone by then takes the call with it. */
async function finish(called: PoolCalled, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  writer.closed.catch(() => called.abandon());
  try {
    await writer.write(lastEvent(await called.answered));
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
  }
}

function lastEvent({ answer }: PoolAnswer): Uint8Array {
  switch (answer.kind) {
    case 'exited':
      return event('exit', { exitCode: answer.code, ...(answer.truncated ? { truncated: true } : {}) });
    case 'failure':
      return event('error', errorBody(answer.failure));
    default:
      throw new Error(`a command was answered with ${answer.kind}`);
  }
}
