/** `ANY /http/{component}/…`: requests for components on the host that they share with the platform. */
import { Hono } from 'hono';
import { failure } from '../../core/errors.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { serveHttp } from '../http/serve.ts';
import { rawPath, targetOfPath } from '../http/target.ts';

export const http = new Hono<GatewayEnv>().all('/*', async (c) => {
  const target = targetOfPath(rawPath(c.req.raw.url));
  if (target === undefined) {
    return errorResponse(
      failure('INVALID_REQUEST', 'the address names no component', { field: 'path', expected: '/http/{component}/…' }),
    );
  }
  return serveHttp(c, target);
});
