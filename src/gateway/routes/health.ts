/** `/healthz`: the Worker runs. `/readyz`: KV, R2 and the catalogue answer, and what was to be loaded is there. */
import { Hono } from 'hono';
import { catalogue } from '../../../durable/shared/bindings.ts';
import { failure } from '../../core/errors.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';

/** A key that is never written: reading it shows that the store answers. */
const PROBE_KEY = 'readiness-probe';

export const health = new Hono<GatewayEnv>()
  .get('/healthz', (c) => c.json({ status: 'ok' }))
  .get('/readyz', async (c) => {
    const expected = (c.env.SKERRY_EXPECT ?? '').split(',').filter((name) => name !== '');
    const [kv, r2, listed] = await Promise.allSettled([
      c.env.POLICIES.get(PROBE_KEY),
      c.env.ARTIFACTS.head(PROBE_KEY),
      catalogue(c.env).has(expected),
    ]);
    const checks = {
      kv: kv.status === 'fulfilled' ? 'ok' : 'unreachable',
      r2: r2.status === 'fulfilled' ? 'ok' : 'unreachable',
      catalogue: listed.status === 'fulfilled' ? (listed.value ? 'ok' : 'still loading') : 'unreachable',
    };
    if (Object.values(checks).every((check) => check === 'ok')) return c.json({ status: 'ready', checks });
    return errorResponse({
      ...failure('PROVIDER_UNAVAILABLE', 'not ready yet: try again', checks),
      retryAfterSeconds: 1,
    });
  });
