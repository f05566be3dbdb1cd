/** Drives several targets in turns, so that their figures can be compared: what counts are the ratios of one run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { drive, type Load, type Target, type Throughput } from './load.ts';
import { median } from './numbers.ts';
import { startedCpuMs } from './proc.ts';

export interface Turns extends Load {
  /** Length of one turn. */
  readonly seconds: number;
  readonly rounds: number;
}

export interface Measured<Case> extends Throughput {
  readonly case: Case;
}

const WARM_UP_SECONDS = 2;

/** What was started is idle when it computed for at most a fifth of this time. */
const IDLE_WINDOW_MS = 100;
const IDLE_CPU_MS = 20;
const IDLE_TIMEOUT_MS = 3_000;

/** Cases take turns, in alternating order, so that what else the machine does meets all of them alike. Medians. */
export async function measureInTurns<Case extends { readonly target: Target }>(
  cases: readonly Case[],
  { rounds, ...load }: Turns,
): Promise<readonly Measured<Case>[]> {
  for (const { target } of cases) {
    await first(target);
    await drive(target, { ...load, seconds: WARM_UP_SECONDS });
  }
  const turns = new Map<Case, Throughput[]>(cases.map((each) => [each, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? cases : cases.toReversed()) {
      await idle();
      turns.get(each)?.push(await drive(each.target, load));
    }
  }
  return cases.map((each) => {
    const measured = turns.get(each) ?? [];
    const cpu = measured.flatMap(({ cpuUs }) => cpuUs ?? []);
    return {
      case: each,
      perSecond: median(measured.map(({ perSecond }) => perSecond)),
      cpuUs: cpu.length === 0 ? undefined : median(cpu),
    };
  });
}

/**
 * Two answers from each server, since what is kept between calls shows in the second; however long they take: a large
 * component is loaded for longer than a turn lasts.
 */
async function first({ urls, body }: Target): Promise<void> {
  for (const url of [...urls, ...urls]) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  }
}

/** Waits for what the last turn left behind: requests that nobody waits for any more, and garbage. */
async function idle(): Promise<void> {
  const deadline = performance.now() + IDLE_TIMEOUT_MS;
  let before = startedCpuMs();
  while (before !== undefined && performance.now() < deadline) {
    await sleep(IDLE_WINDOW_MS);
    const now = startedCpuMs() ?? before;
    if (now - before <= IDLE_CPU_MS) return;
    before = now;
  }
}
