/** Runs one test project and counts its tests from vitest's JSON report. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DIST } from './paths.ts';
import { run } from './run.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export type ProjectName = 'unit' | 'workers' | 'programs' | 'e2e';

/** Never throws for failing tests: they are in the counts. */
export async function runProject(name: ProjectName): Promise<Counts> {
  const report = join(DIST, 'test-results', `${name}.json`);
  await rm(report, { force: true });
  const { code } = await run(
    'vitest',
    [
      'run',
      '--config',
      `test/vitest.${name}.config.ts`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { show: true },
  );
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return countReport(text, code);
}

/**
 * What a report says. No report, no test that ran, a file that did not load, or a failure outside of every test counts as
 * one failure at least, so that a broken project can never look like an empty one.
 */
export function countReport(text: string | undefined, exitCode: number): Counts {
  const report: unknown = text === undefined ? undefined : JSON.parse(text);
  const passed = numberAt(report, 'numPassedTests');
  const failed = numberAt(report, 'numFailedTests');
  const skipped = numberAt(report, 'numPendingTests') + numberAt(report, 'numTodoTests');
  const brokenFiles = filesThatDidNotLoad(report);
  const broken = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: Math.max(failed + brokenFiles, broken ? 1 : 0), skipped };
}

function numberAt(report: unknown, key: string): number {
  const value = fieldOf(report, key);
  return typeof value === 'number' ? value : 0;
}

function filesThatDidNotLoad(report: unknown): number {
  const files = fieldOf(report, 'testResults');
  if (!Array.isArray(files)) return 0;
  return files.filter((file) => {
    const tests = fieldOf(file, 'assertionResults');
    return fieldOf(file, 'status') === 'failed' && Array.isArray(tests) && tests.length === 0;
  }).length;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
