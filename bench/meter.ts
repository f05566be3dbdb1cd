/**
 * What metering costs, in workerd: each workload with its meter against itself without, in one isolate, in turns. And how
 * fast modules are rewritten there.
 */
import { exampleBytes } from '../test/support/examples.ts';
import {
  BINDGEN,
  type Form,
  type MeterAnswer,
  type MeterRequest,
  REWRITING,
  STARLING,
  STARLING_FRESH,
} from './meter-protocol.ts';
import { startMeterBench } from './meter-worker.ts';
import { geometricMean, median, table } from './numbers.ts';
import { workerdThreadMs } from './proc.ts';

/** What one turn takes at least, in milliseconds: the clock has a resolution of one, and a request takes some tenths. */
const TURN_MS = 150;
/** Turns before the first that counts: V8 compiles hot code again, and better. */
const WARM_UP_TURNS = 8;

type Ask = (request: MeterRequest) => Promise<MeterAnswer>;

interface Compared {
  readonly name: string;
  readonly plainMs: number;
  readonly meteredMs: number;
  /** Median of the ratios of neighbouring turns. */
  readonly ratio: number;
}

export async function measureMeter({ rounds }: { readonly rounds: number }): Promise<string> {
  const bench = await startMeterBench(await exampleBytes('hello'));
  try {
    const compared: Compared[] = [];
    for (const name of [...bench.workloads, STARLING, STARLING_FRESH, BINDGEN]) {
      compared.push(await compare(bench.ask, name, rounds));
    }
    const small = compared.slice(0, bench.workloads.length);
    const geomean = geometricMean(small.map(({ ratio }) => ratio));
    const rows = compared.map(({ name, plainMs, meteredMs, ratio }) => [
      name,
      plainMs.toFixed(2),
      meteredMs.toFixed(2),
      ratio.toFixed(3),
    ]);
    rows.splice(small.length, 0, ['geometric mean of these', '', '', geomean.toFixed(3)]);
    const speed = await rewritingSpeed(bench.ask, bench.moduleBytes, rounds);
    return `${table([['workload', 'ms', 'ms metered', 'ratio'], ...rows])}\n\nrewriting, warm: ${speed.toFixed(0)} MB/s`;
  } finally {
    await bench.stop();
  }
}

/** What a turn took of the processor, or by the clock where that is not known: other processes use the machine too. */
async function timed(ask: Ask, request: MeterRequest): Promise<number> {
  const before = workerdThreadMs();
  const { milliseconds } = await ask(request);
  const after = workerdThreadMs();
  return before === undefined || after === undefined ? milliseconds : after - before;
}

async function compare(ask: Ask, workload: string, rounds: number): Promise<Compared> {
  const [plain, metered] = [
    await ask({ workload, form: 'plain', rounds: 1 }),
    await ask({ workload, form: 'metered', rounds: 1 }),
  ];
  if (plain.result !== metered.result)
    throw new Error(`${workload} answers ${metered.result} instead of ${plain.result}`);
  const perTurn = await calibrate(ask, workload);
  const times: Record<Form, number[]> = { plain: [], metered: [] };
  for (let turn = -WARM_UP_TURNS; turn < rounds; turn++) {
    // Who is first changes: what drifts within a turn falls on both.
    const order: readonly Form[] = turn % 2 === 0 ? ['plain', 'metered'] : ['metered', 'plain'];
    for (const form of order) {
      const milliseconds = await timed(ask, { workload, form, rounds: perTurn });
      if (turn >= 0) times[form].push(milliseconds / perTurn);
    }
  }
  const ratios = times.metered.map((ms, turn) => ms / (times.plain[turn] ?? Number.NaN));
  return { name: workload, plainMs: median(times.plain), meteredMs: median(times.metered), ratio: median(ratios) };
}

/** Rounds that fill a turn, once V8 has compiled what is hot. */
async function calibrate(ask: Ask, workload: string): Promise<number> {
  let rounds = 1;
  for (;;) {
    const milliseconds = await timed(ask, { workload, form: 'plain', rounds });
    if (milliseconds >= TURN_MS) return rounds;
    rounds = milliseconds < TURN_MS / 10 ? rounds * 4 : Math.ceil((rounds * TURN_MS * 1.2) / milliseconds);
  }
}

/** Megabytes a second. */
async function rewritingSpeed(ask: Ask, bytes: number, rounds: number): Promise<number> {
  const speeds: number[] = [];
  for (let turn = -WARM_UP_TURNS; turn < rounds; turn++) {
    const milliseconds = await timed(ask, { workload: REWRITING, form: 'plain', rounds: 4 });
    if (turn >= 0) speeds.push((4 * bytes) / 1_000 / milliseconds);
  }
  return median(speeds);
}
