/** The black-box tests that need no quiet machine, with an edge of their own. */
import { defineConfig } from 'vitest/config';
import { PROGRAM_TESTS } from './programs.ts';

export default defineConfig({
  test: {
    name: 'programs',
    root: new URL('..', import.meta.url).pathname,
    include: [...PROGRAM_TESTS],
    environment: 'node',
    setupFiles: ['test/support/edge-runtime-node.ts'],
    globalSetup: ['test/e2e/setup.ts'],
    // One edge for all files.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
