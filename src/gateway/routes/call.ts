/** `POST /call/{component}/{function}`: the data plane. The body passes through unparsed. */
import { Hono } from 'hono';
import { failure } from '../../core/errors.ts';
import { withCallBody } from '../call-body.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { callPool, originHeaders } from '../pool-call.ts';
import { blocked } from '../rate-limit.ts';
import { readName } from '../request.ts';

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
  return withCallBody(c, (body) => forward(c, { component: name.value, function: target.function }, body));
});

async function forward(
  c: GatewayContext,
  target: { readonly component: string; readonly function: string },
  body: ArrayBuffer,
): Promise<Response> {
  const task = { kind: 'function', function: target.function, body } as const;
  const { answer, ...origin } = await callPool(c, target.component, task).answered;
  const headers = originHeaders(origin);
  if (answer.kind === 'failure') return errorResponse(answer.failure, headers);
  if (answer.kind !== 'json') throw new Error(`a function was answered with ${answer.kind}`);
  headers.set('content-type', 'application/json');
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
