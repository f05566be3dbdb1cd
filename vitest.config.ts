/** All test projects; `npx vitest --project unit` runs one of them. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'test/vitest.unit.config.ts',
      'test/vitest.workers.config.ts',
      'test/vitest.programs.config.ts',
      'test/vitest.e2e.config.ts',
    ],
  },
});
