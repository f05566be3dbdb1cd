/** What one use of a capability costs, beside the same done by a plain Worker with the binding in hand. */
import { buildGuest, type Guest } from './capability-guests.ts';
import { upload } from './components.ts';
import type { BenchEdge } from './edge.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { measureInTurns } from './turns.ts';

const CONNECTIONS = 8;

/** Uses in one request: many beside the request itself, fewer than its budgets. */
const USES = 40;

/** The ratio that is aimed at. */
const GOAL = 2;

const TITLES: Readonly<Record<Guest, string>> = {
  get: 'key-value get (object)',
  fetch: 'outgoing request to a local origin',
  send: 'message stored',
};

const POLICY = `version: "1.0"
permissions:
  network: {allow: [{host: "http://127.0.0.1:PORT"}]}
  keyvalue: {allow: [{bucket: bench, access: [read, write]}]}
  messaging: {allow: [{topic: bench, access: [publish]}]}
resources:
  limits: {subrequests: 1000, capabilityUses: 100000}
`;

interface UseCase {
  readonly guest: Guest;
  readonly worker: 'platform' | 'uses';
  readonly count: number;
  readonly target: { readonly urls: readonly string[]; readonly body: string };
}

/** The cost of a use is the difference between requests with many uses and requests with none, divided by their number. */
export async function measureCapabilities(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  const authority = new URL(edge.url('uses')).host;
  const policy = POLICY.replace('PORT', new URL(edge.url('uses')).port);
  const rows: string[][] = [['use', 'plain µs', 'Skerry µs', 'ratio', 'goal']];
  for (const guest of ['get', 'fetch', 'send'] as const) {
    await upload(edge.client, guest, await buildGuest(guest), policy);
    const cases = (['uses', 'platform'] as const).flatMap((worker) =>
      [0, USES].map((count): UseCase => {
        const body = JSON.stringify(guest === 'fetch' ? { authority, count } : { count });
        return { guest, worker, count, target: { urls: [`${edge.url(worker)}/call/${guest}/run`], body } };
      }),
    );
    const measured = await measureInTurns(cases, { connections: CONNECTIONS, rounds, seconds });
    const perSecond = (worker: UseCase['worker'], count: number) =>
      measured.find((each) => each.case.worker === worker && each.case.count === count)?.perSecond ?? Number.NaN;
    const costUs = (worker: UseCase['worker']) =>
      ((1 / perSecond(worker, USES) - 1 / perSecond(worker, 0)) / USES) * 1_000_000;
    const [plain, skerry] = [costUs('uses'), costUs('platform')];
    rows.push([TITLES[guest], plain.toFixed(0), skerry.toFixed(0), (skerry / plain).toFixed(2), GOAL.toFixed(1)]);
  }
  return table(rows);
}
