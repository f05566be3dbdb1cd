/** The body of a call, read within what this isolate of the gateway may hold. */
import { failure } from '../core/errors.ts';
import { MAX_REQUEST_BYTES } from '../core/limits.ts';
import { reserveBody } from './body-budget.ts';
import type { GatewayContext } from './context.ts';
import { errorResponse } from './error-response.ts';
import { readBody } from './request.ts';

/** Hands the whole body to `use`; answers for it when it is too large, or when too much is being held already. */
export async function withCallBody(
  c: GatewayContext,
  use: (body: ArrayBuffer) => Promise<Response>,
): Promise<Response> {
  const release = reserveBody(Number(c.req.header('content-length') ?? MAX_REQUEST_BYTES));
  if (release === undefined) {
    return errorResponse({
      ...failure('RESOURCE_EXHAUSTED', 'too much is being sent: try again later'),
      retryAfterSeconds: 1,
    });
  }
  try {
    const body = await readBody(c.req.raw, MAX_REQUEST_BYTES);
    return body.ok ? await use(body.value) : errorResponse(body.error);
  } finally {
    release();
  }
}
