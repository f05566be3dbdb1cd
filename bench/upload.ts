/** Time from an upload to the component's first answer, next to storing the same bytes with nothing done to them. */
import { exampleBytes, examplePolicy, withNote } from '../test/support/examples.ts';
import { starlingMonkey } from '../test/support/examples-starlingmonkey.ts';
import type { BenchEdge } from './edge.ts';
import { median, table } from './numbers.ts';

interface Case {
  readonly title: string;
  readonly goalMs: number;
  readonly samples: number;
  readonly bytes: Uint8Array;
  /** False: every sample sends the same bytes. */
  readonly fresh: boolean;
  /** What comes before the first sample. */
  readonly prepare?: (bytes: Uint8Array) => Promise<void>;
  readonly run: (bytes: Uint8Array) => Promise<void>;
}

interface Timed {
  readonly case: Case;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly storeMs: number;
}

/** `edge` must be a new one: the first sample then includes the start of the builder. */
export async function measureUploads(edge: BenchEdge): Promise<string> {
  const timed: Timed[] = [];
  for (const each of await cases(edge)) timed.push(await measure(edge, each));
  return table([
    ['upload', 'MB', 'samples', 'first ms', 'median ms', 'goal ms', 'store ms', 'ratio to store'],
    ...timed.map(({ case: { title, bytes, samples, goalMs }, firstMs, medianMs, storeMs }) => [
      title,
      (bytes.length / 1e6).toFixed(1),
      String(samples),
      firstMs.toFixed(0),
      medianMs.toFixed(0),
      String(goalMs),
      storeMs.toFixed(1),
      (medianMs / storeMs).toFixed(1),
    ]),
  ]);
}

async function cases({ client }: BenchEdge): Promise<readonly Case[]> {
  const hello = await exampleBytes('hello');
  const policy = await examplePolicy('hello');
  const put = async (name: string, bytes: Uint8Array, status: number) => {
    const answer = await client.upload(name, bytes, { policy });
    if (answer.status !== status) throw new Error(`the upload was answered with ${answer.status}: ${answer.text}`);
  };
  const fresh = nameSource('upload');
  const putAndCall = async (bytes: Uint8Array) => {
    const name = fresh();
    await put(name, bytes, 201);
    const answer = await client.call(name, 'greet', { name: 'world' });
    if (answer.status !== 200) throw new Error(`the first call was answered with ${answer.status}: ${answer.text}`);
  };
  const other = nameSource('other');
  const large = await starlingMonkey();
  return [
    { title: 'QuickJS, to the first answer', goalMs: 2_000, samples: 5, bytes: hello, fresh: true, run: putAndCall },
    { title: 'StarlingMonkey, the same', goalMs: 8_000, samples: 3, bytes: large, fresh: true, run: putAndCall },
    {
      title: 'QuickJS, the same bytes again',
      goalMs: 100,
      samples: 20,
      bytes: hello,
      fresh: false,
      prepare: (bytes) => put('again', bytes, 201),
      run: (bytes) => put('again', bytes, 200),
    },
    {
      title: 'QuickJS, the same bytes, other names',
      goalMs: 100,
      samples: 20,
      bytes: hello,
      fresh: false,
      run: (bytes) => put(other(), bytes, 201),
    },
  ];
}

function nameSource(prefix: string): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `${prefix}-${made}`;
  };
}

async function measure(edge: BenchEdge, { bytes, ...rest }: Case): Promise<Timed> {
  const took: number[] = [];
  const stored: number[] = [];
  await rest.prepare?.(bytes);
  for (let sample = 1; sample <= rest.samples; sample += 1) {
    const own = rest.fresh ? withNote(bytes, `upload-${sample}/${rest.samples}`) : bytes;
    stored.push(await milliseconds(() => store(edge, own)));
    took.push(await milliseconds(() => rest.run(own)));
  }
  return {
    case: { bytes, ...rest },
    firstMs: took[0] ?? Number.NaN,
    medianMs: median(took),
    storeMs: median(stored),
  };
}

async function store(edge: BenchEdge, bytes: Uint8Array): Promise<void> {
  const response = await fetch(edge.url('store'), { method: 'PUT', body: new Uint8Array(bytes) });
  await response.text();
  if (!response.ok) throw new Error(`the baseline answered ${response.status}`);
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
