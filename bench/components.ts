/** Puts components into the platform under test, through its public API. */
import type { ExampleName } from '../scripts/examples.ts';
import { exampleBytes, examplePolicy } from '../test/support/examples.ts';
import type { BenchEdge } from './edge.ts';

/** Uploads an example under its own name; the digest says where its artifact is. */
export async function uploadExample({ client }: BenchEdge, name: ExampleName): Promise<{ readonly digest: string }> {
  const answer = await client.upload(name, await exampleBytes(name), { policy: await examplePolicy(name) });
  if (answer.status !== 201)
    throw new Error(`the upload of ${name} was answered with ${answer.status}: ${answer.text}`);
  return answer.json as { readonly digest: string }; // the shape of an upload's answer
}
