/**
 * What it costs that every call finds an instance in its first state: calls per second of the platform, of the same
 * platform that uses instances again as they are ("warm"), and of the same platform that makes a new one for each call.
 */
import { CONNECTIONS } from './calls.ts';
import { SAMPLE_NAMES, SAMPLES, type SampleName, uploadSample } from './components.ts';
import type { BenchEdge, PlatformName } from './edge.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { type Measured, measureInTurns } from './turns.ts';

/** At least this part of the warm calls per second. */
const GOALS: Readonly<Record<SampleName, number>> = { adder: 0.85, hello: 0.75, starling: 0.4 };

const PLATFORMS: readonly PlatformName[] = ['platform', 'platform-warm', 'platform-new'];

/** Calls one after the other whose answers are compared before anything is measured. */
const CHECKED_CALLS = 100;

/** `edge` runs all of `PLATFORMS`. */
export async function measureFresh(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  for (const platform of PLATFORMS) {
    for (const sample of SAMPLE_NAMES) {
      await uploadSample(edge.clientOf(platform), sample);
      await checkAnswers(edge, platform, sample);
    }
  }
  const cases = SAMPLE_NAMES.flatMap((sample) => PLATFORMS.map((platform) => caseOf(edge, sample, platform)));
  const measured = await measureInTurns(cases, { connections: CONNECTIONS, rounds, seconds });
  return table([
    ['/call, req/s', 'fresh', 'warm', 'new instance', 'fresh / warm', 'goal', 'CPU µs: fresh', 'warm', 'new', 'by CPU'],
    ...SAMPLE_NAMES.map((sample) => [SAMPLES[sample].title, ...row(sample, measured)]),
  ]);
}

function caseOf(edge: BenchEdge, sample: SampleName, platform: PlatformName) {
  const { path, body } = SAMPLES[sample];
  return { sample, platform, target: { urls: [`${edge.url(platform)}${path}`], body } };
}

function row(sample: SampleName, measured: readonly Measured<ReturnType<typeof caseOf>>[]): readonly string[] {
  const [fresh, warm, made] = PLATFORMS.map((platform) =>
    measured.find((each) => each.case.sample === sample && each.case.platform === platform),
  );
  const ratio = (fresh?.perSecond ?? Number.NaN) / (warm?.perSecond ?? Number.NaN);
  const byCpu = (warm?.cpuUs ?? Number.NaN) / (fresh?.cpuUs ?? Number.NaN);
  return [
    ...[fresh, warm, made].map((each) => each?.perSecond.toFixed(0) ?? ''),
    ratio.toFixed(2),
    GOALS[sample].toFixed(2),
    ...[fresh, warm, made].map((each) => each?.cpuUs?.toFixed(0) ?? ''),
    byCpu.toFixed(2),
  ];
}

/** An instance that is used as it was left could answer something else: then its speed would mean nothing. */
async function checkAnswers(edge: BenchEdge, platform: PlatformName, sample: SampleName): Promise<void> {
  const { path, body, result } = SAMPLES[sample];
  const expected = JSON.stringify({ result });
  for (let call = 0; call < CHECKED_CALLS; call += 1) {
    const { text } = await edge.clientOf(platform).request('POST', path, { body, token: null });
    if (text !== expected) throw new Error(`${platform} answers ${text} instead of ${expected}`);
  }
}
