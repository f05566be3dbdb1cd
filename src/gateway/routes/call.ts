/** `POST /call/{component}/{function}`: the data plane. The body passes through unparsed. */
import { type Context, Hono } from 'hono';
import { pool } from '../../../durable/shared/bindings.ts';
import { failure } from '../../core/errors.ts';
import { MAX_REQUEST_BYTES } from '../../core/limits.ts';
import { mayInvoke } from '../auth.ts';
import { reserveBody } from '../body-budget.ts';
import { untilClientGone } from '../client-gone.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { blocked } from '../rate-limit.ts';
import { readBody, readName } from '../request.ts';

export const call = new Hono<GatewayEnv>().post('/:name/:function', async (c) => {
  const limited = blocked(c, Date.now());
  if (limited !== undefined) return errorResponse(limited);
  const target = readTarget(new URL(c.req.url).pathname);
  if (target === undefined) {
    return errorResponse(
      failure('INVALID_REQUEST', 'the address is not percent-encoded correctly', {
        field: 'path',
        expected: '/call/{component}/{function}, each percent-encoded',
      }),
    );
  }
  const name = readName(target.component);
  if (!name.ok) return errorResponse(name.error);
  const release = reserveBody(Number(c.req.header('content-length') ?? MAX_REQUEST_BYTES));
  if (release === undefined) {
    return errorResponse({
      ...failure('RESOURCE_EXHAUSTED', 'too much is being sent: try again later'),
      retryAfterSeconds: 1,
    });
  }
  try {
    const body = await readBody(c.req.raw, MAX_REQUEST_BYTES);
    return body.ok
      ? await forward(c, { component: name.value, function: target.function }, body.value)
      : errorResponse(body.error);
  } finally {
    release();
  }
});

async function forward(
  c: Context<GatewayEnv>,
  target: { readonly component: string; readonly function: string },
  body: ArrayBuffer,
): Promise<Response> {
  const caller = c.var.caller;
  const shard = pool(c.env, target.component);
  const id = crypto.randomUUID();
  const called = shard.call({
    id,
    function: target.function,
    body,
    request: c.var.requestId,
    caller: { authenticated: caller.kind === 'token', invoke: mayInvoke(caller) },
  });
  const { answer, version, instance, queuedMs, callMs } = await untilClientGone(c, called, () =>
    shard.abort(id, 'client-gone'),
  );
  const headers = new Headers({ 'content-type': 'application/json' });
  if (version !== undefined) headers.set('x-skerry-version', version);
  if (instance !== undefined) headers.set('x-skerry-instance', instance);
  headers.set('server-timing', `queue;dur=${fixed(queuedMs ?? 0)}, call;dur=${fixed(callMs ?? 0)}`);
  if (answer.kind === 'failure') return errorResponse(answer.failure, headers);
  return new Response(answer.json, { status: answer.status, headers });
}

/** The segments behind `/call/`, decoded here since a function's name may contain an encoded slash. */
function readTarget(pathname: string): { component: string; function: string } | undefined {
  const [, , component = '', fn = ''] = pathname.split('/');
  try {
    return { component: decodeURIComponent(component), function: decodeURIComponent(fn) };
  } catch {
    return undefined;
  }
}

function fixed(milliseconds: number): string {
  return milliseconds.toFixed(2);
}
