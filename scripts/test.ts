/** `npm test`: format and lint, types, build, then the test projects. The last line is `N passed, N failed`. */
import { seconds } from './local/progress.ts';
import { type RunResult, run } from './local/run.ts';
import { type Counts, runProject } from './local/vitest.ts';

interface Stage {
  readonly name: string;
  readonly run: () => Promise<Counts>;
  /** Nothing after it can say anything useful when it fails. */
  readonly needed?: boolean;
}

const STAGES: readonly Stage[] = [
  { name: 'format', run: () => check('biome', ['format', '.']) },
  { name: 'lint', run: () => check('biome', ['lint', '--error-on-warnings', '.']) },
  { name: 'types', run: () => check('tsc', ['-p', 'tsconfig.json']) },
  { name: 'build', run: () => check(process.execPath, ['scripts/build.ts']), needed: true },
  { name: 'examples', run: () => check(process.execPath, ['scripts/examples.ts']), needed: true },
  { name: 'unit tests, with programs end to end beside them', run: unitAndPrograms },
  { name: 'tests in workerd', run: () => runProject('workers') },
  { name: 'end-to-end tests', run: () => runProject('e2e') },
];

/** A command as one test: passed when it exits with 0; its output is shown only when it does not. */
async function check(command: string, args: readonly string[]): Promise<Counts> {
  const result: RunResult = await run(command, args);
  if (result.code !== 0) console.log(result.output.trimEnd());
  return result.code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** The programs wait for most of their time, so that the units lose little by them. */
async function unitAndPrograms(): Promise<Counts> {
  const [unit, programs] = await Promise.all([runProject('unit'), runProject('programs')]);
  return {
    passed: unit.passed + programs.passed,
    failed: unit.failed + programs.failed,
    skipped: unit.skipped + programs.skipped,
  };
}

async function main(): Promise<number> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const stage of STAGES) {
    console.log(`── ${stage.name}`);
    const started = performance.now();
    const counts = await stage.run();
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    const line = `${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${stage.name}, ${summary(counts)}, ${seconds(performance.now() - started)}`;
    lines.push(line);
    console.log(line);
    if (stage.needed === true && counts.failed > 0) break;
  }
  console.log(`\n${lines.join('\n')}\n\n${summary(total)}`);
  return total.failed === 0 ? 0 : 1;
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

process.exitCode = await main();
