/** End-to-end files that compare no numbers with the clock: they may run beside other tests. */
export const PROGRAM_TESTS: readonly string[] = [
  'test/e2e/http/**/*.test.ts',
  'test/e2e/http-entrance.test.ts',
  'test/e2e/messages.test.ts',
  'test/e2e/real-program.test.ts',
  'test/e2e/restart.test.ts',
  'test/e2e/run.test.ts',
];
