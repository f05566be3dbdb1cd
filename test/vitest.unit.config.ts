/** Pure tests, in Node. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'unit',
    root: new URL('..', import.meta.url).pathname,
    include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
    environment: 'node',
    setupFiles: ['test/support/edge-runtime-node.ts'],
    // No test waits for a time; some compute for seconds on a machine that has other work.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
