/** What hostile components cost others: a neighbour's latency beside endless loops, and how late an end or a stop comes. */
import { type Specimen, specimen } from '../test/support/hostile.ts';
import { until } from '../test/support/until.ts';
import { uploadSample } from './components.ts';
import type { BenchEdge } from './edge.ts';
import { percentile, table } from './numbers.ts';
import type { BenchOptions } from './options.ts';

/** Components that loop beside the neighbour. */
const LOOPS = ['loop-plain', 'loop-catch-all', 'loop-tail-call'];
const PLENTY_OF_FUEL = 1_000_000_000_000;

const ENDS = 100;
const DEADLINE_MS = 200;
/** What is promised of each end, beyond its deadline. */
const PROMISED_LATENESS_MS = 50;

const RUNNING = 16;
const STOPS = 5;

export async function measureHostile(edge: BenchEdge, options: BenchOptions): Promise<string> {
  await uploadSample(edge.client, 'adder');
  return [await neighbour(edge, options), await ends(edge), await stops(edge)].join('\n\n');
}

/** Alone and beside the loops take turns, so that what else the machine does meets both alike. */
async function neighbour(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  const limits = { timeout: `${Math.round(seconds * 1_000)}ms`, fuel: PLENTY_OF_FUEL };
  const loops = await Promise.all(LOOPS.map((name) => specimen(edge.client, name, { limits })));
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turn = Promise.withResolvers<void>();
    setTimeout(turn.resolve, seconds * 1_000);
    alone.push(...(await latencies(edge, turn.promise)));
    beside.push(...(await latencies(edge, Promise.all(loops.map((loop) => ended(loop, 'TIMEOUT'))))));
  }
  return table([
    ['neighbour', 'calls', 'p50 ms', 'p95 ms', 'max ms'],
    ['alone', ...spread(alone)],
    [`beside ${LOOPS.length} endless loops`, ...spread(beside)],
  ]);
}

/** One call of the neighbour after another, until `end` settles. */
async function latencies({ client }: BenchEdge, end: Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = [];
  let over = false;
  const ending = end.finally(() => {
    over = true;
  });
  while (!over) {
    const started = performance.now();
    const { status, text } = await client.call('adder', 'add', { a: 2, b: 40 });
    if (status !== 200) throw new Error(`the neighbour was answered with ${status}: ${text}`);
    took.push(performance.now() - started);
  }
  await ending;
  return took;
}

/** By how much a loop ends after its deadline, one at a time. */
async function ends(edge: BenchEdge): Promise<string> {
  const limits = { timeout: `${DEADLINE_MS}ms`, fuel: PLENTY_OF_FUEL };
  const rows: string[][] = [];
  for (const name of LOOPS) {
    const loop = await specimen(edge.client, name, { limits });
    const late: number[] = [];
    for (let end = 0; end < ENDS; end += 1) late.push((await ended(loop, 'TIMEOUT')) - DEADLINE_MS);
    const kept = late.filter((ms) => ms <= PROMISED_LATENESS_MS).length;
    rows.push([name, ...spread(late), `${kept} of ${ENDS}`]);
  }
  return table([
    ['late after its deadline', 'calls', 'p50 ms', 'p95 ms', 'max ms', `within ${PROMISED_LATENESS_MS} ms`],
    ...rows,
  ]);
}

/** How long a stop takes while calls run, until it is answered and until the last call is. */
async function stops(edge: BenchEdge): Promise<string> {
  const limits = { timeout: '60s', fuel: PLENTY_OF_FUEL };
  const rows: string[][] = [];
  for (const name of ['loop-plain', 'wait-forever']) {
    const guest = await specimen(edge.client, name, { limits });
    const answered: number[] = [];
    const over: number[] = [];
    for (let stop = 0; stop < STOPS; stop += 1) {
      const running = Array.from({ length: RUNNING }, () => ended(guest, 'COMPONENT_CRASHED killed'));
      await until(async () => (await executing(edge, guest)) === RUNNING);
      const started = performance.now();
      await change(edge, guest, 'stop', { timeoutMs: 0 });
      answered.push(performance.now() - started);
      await Promise.all(running);
      over.push(performance.now() - started);
      await change(edge, guest, 'start', {});
    }
    rows.push([`${RUNNING} calls of ${name}`, ...spread(answered), ...spread(over).slice(1)]);
  }
  return table([['stop', 'stops', 'p50 ms', 'p95 ms', 'max ms', 'calls over: p50 ms', 'p95 ms', 'max ms'], ...rows]);
}

/** Milliseconds of one call that must end in this way. */
async function ended(guest: Specimen, how: string): Promise<number> {
  const end = await guest.bad();
  if (end.how !== how) throw new Error(`${guest.name} ended with ${end.how}, not with ${how}: ${end.answer.text}`);
  return end.ms;
}

async function executing({ client }: BenchEdge, { name }: Specimen): Promise<number> {
  const { json } = await client.get(`/v1/components/${name}/status`);
  return (json as { instances: { executing: number } }).instances.executing; // the shape of a status
}

async function change({ client }: BenchEdge, { name }: Specimen, verb: 'start' | 'stop', body: object): Promise<void> {
  const answer = await client.request('POST', `/v1/components/${name}/${verb}`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status >= 300) throw new Error(`${verb} was answered with ${answer.status}: ${answer.text}`);
}

function spread(values: readonly number[]): string[] {
  return [
    String(values.length),
    percentile(values, 50).toFixed(1),
    percentile(values, 95).toFixed(1),
    Math.max(...values).toFixed(1),
  ];
}
