/** The components that most parts measure, and how they get into the platform under test: through its public API. */
import type { Client } from '../test/support/edge-client.ts';
import { exampleBytes, examplePolicy } from '../test/support/examples.ts';
import { starlingMonkey } from '../test/support/examples-starlingmonkey.ts';

export interface Sample {
  readonly title: string;
  /** Path of its function under the data plane, and the JSON body of a call. */
  readonly path: string;
  readonly body: string;
  /** What it answers to that. */
  readonly result: unknown;
  readonly bytes: () => Promise<Uint8Array>;
  readonly policy: () => Promise<string>;
}

export type SampleName = 'adder' | 'hello' | 'starling';

export const SAMPLES: Readonly<Record<SampleName, Sample>> = {
  adder: {
    title: 'small (WAT)',
    path: '/call/adder/add',
    body: '{"a":2,"b":40}',
    result: 42,
    bytes: () => exampleBytes('adder'),
    policy: () => examplePolicy('adder'),
  },
  hello: {
    title: 'QuickJS',
    path: '/call/hello/greet',
    body: '{"name":"world"}',
    result: 'Hello, world!',
    bytes: () => exampleBytes('hello'),
    policy: () => examplePolicy('hello'),
  },
  starling: {
    title: 'StarlingMonkey',
    path: '/call/starling/greet',
    body: '{"name":"world"}',
    result: 'Hello from StarlingMonkey, world!',
    bytes: () => starlingMonkey(),
    policy: () => examplePolicy('hello'),
  },
};

export const SAMPLE_NAMES: readonly SampleName[] = ['adder', 'hello', 'starling'];

/** Uploads a sample under its own name; the digest says where its artifact is. */
export async function uploadSample(client: Client, name: SampleName): Promise<{ readonly digest: string }> {
  return upload(client, name, await SAMPLES[name].bytes(), await SAMPLES[name].policy());
}

/** Uploads under a name that is new; throws when that is not what happened. */
export async function upload(
  client: Client,
  name: string,
  bytes: Uint8Array,
  policy: string,
): Promise<{ readonly digest: string }> {
  const answer = await client.upload(name, bytes, { policy });
  if (answer.status !== 201)
    throw new Error(`the upload of ${name} was answered with ${answer.status}: ${answer.text}`);
  return answer.json as { readonly digest: string }; // the shape of an upload's answer
}
