/** Tests in the real runtime: workerd with the bindings of `wrangler.toml`. */
import { createHash } from 'node:crypto';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { answerAsOrigin } from './support/source-origin.ts';

function token(id: string, scope: string) {
  return { id, sha256: createHash('sha256').update(`${id}-token`).digest('hex'), scopes: [scope] };
}

/** The tokens that test/support/gateway-client.ts sends: `test-token` and `read-token`. */
const tokens = [token('test', 'admin'), token('read', 'read')];

export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: { TOKENS: JSON.stringify(tokens), SECRETS_KEY: 'a key that only these tests have, and no other' },
        outboundService: answerAsOrigin,
        // Not the name under which topics look for a queue: only the tests of it hand it over.
        queueProducers: { TEST_DELIVERIES: 'deliveries' },
        queueConsumers: { deliveries: { maxBatchSize: 5, maxBatchTimeout: 0.05, maxRetries: 2 } },
      },
    }),
  ],
  test: {
    name: 'workers',
    root: new URL('..', import.meta.url).pathname,
    include: ['test/workers/**/*.test.ts'],
    globalSetup: ['test/support/provide-components.ts'],
    setupFiles: ['test/support/edge-runtime-workers.ts'],
    // Each file starts a workerd of its own and waits for it: two at a time take little longer than one.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // ESM inside a CommonJS package: it has to be bundled before workerd can load it.
    deps: { optimizer: { ssr: { enabled: true, include: ['itty-durable'] } } },
  },
});
