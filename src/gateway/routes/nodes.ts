/** `GET /v1/nodes`: the pool shards that the directory knows, and the providers. */
import { Hono } from 'hono';
import { directory } from '../../../durable/shared/directory-client.ts';
import { providerNodes } from '../../capability/metadata.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readPage } from '../request.ts';

export const nodes = new Hono<GatewayEnv>().get('/', async (c) => {
  const page = readPage(c.req.query(), /^[a-z0-9/-]{1,80}$/);
  if (!page.ok) return errorResponse(page.error);
  const { limit, cursor = '' } = page.value;
  const all = [...(await directory(c.env).list()), ...providerNodes(c.env.PROVIDERS_OFF)];
  const rest = all.filter(({ id }) => id > cursor).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return c.json(rest.length > limit && last !== undefined ? { items, next: last.id } : { items });
});
