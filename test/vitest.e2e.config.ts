/** Black-box tests: HTTP against the built Worker, which runs in a local edge of its own. */
import { configDefaults, defineConfig } from 'vitest/config';
import { PROGRAM_TESTS } from './programs.ts';

export default defineConfig({
  test: {
    name: 'e2e',
    root: new URL('..', import.meta.url).pathname,
    include: ['test/e2e/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...PROGRAM_TESTS],
    environment: 'node',
    setupFiles: ['test/support/edge-runtime-node.ts'],
    globalSetup: ['test/e2e/setup.ts'],
    // One edge for all files, and numbers that are compared with the clock.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
