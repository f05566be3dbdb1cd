/** `GET /v1/nodes`: the pool shards that the directory knows. */
import { Hono } from 'hono';
import { directory } from '../../../durable/shared/directory-client.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readPage } from '../request.ts';

export const nodes = new Hono<GatewayEnv>().get('/', async (c) => {
  const page = readPage(c.req.query(), /^[a-z0-9/-]{1,80}$/);
  if (!page.ok) return errorResponse(page.error);
  const { limit, cursor = '' } = page.value;
  const rest = (await directory(c.env).list()).filter(({ id }) => id > cursor);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return c.json(rest.length > limit && last !== undefined ? { items, next: last.id } : { items });
});
