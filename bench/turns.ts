/** Drives several targets in turns, so that their figures can be compared: what counts are the ratios of one run. */
import { drive, type Load, type Target, type Throughput } from './load.ts';
import { median } from './numbers.ts';

export interface Turns extends Load {
  /** Length of one turn. */
  readonly seconds: number;
  readonly rounds: number;
}

export interface Measured<Case> extends Throughput {
  readonly case: Case;
}

const WARM_UP_SECONDS = 2;

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

/** Two answers from each server, for what is kept between calls shows in the second, however long it takes: a large component is loaded for longer than a turn lasts. */
async function first({ urls, body }: Target): Promise<void> {
  for (const url of [...urls, ...urls]) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  }
}
