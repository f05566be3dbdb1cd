/** The built examples as bytes, and variations of them: same behaviour, another digest. */
import { readFile } from 'node:fs/promises';
import { type ExampleName, example } from '../../scripts/examples.ts';

export async function exampleBytes(name: ExampleName): Promise<Uint8Array> {
  return readFile(example(name).wasmPath);
}

export async function examplePolicy(name: ExampleName): Promise<string> {
  return readFile(example(name).policyPath, 'utf8');
}

/** The component with a custom section named `note` at its end: other bytes, so another version. `note`: at most 120 bytes. */
export function withNote(component: Uint8Array, note: string): Uint8Array {
  const name = new TextEncoder().encode('note');
  const text = new TextEncoder().encode(note);
  const size = 1 + name.length + text.length;
  if (size > 127) throw new Error('The note is too long for a one-byte section size.');
  return Uint8Array.from([...component, 0, size, name.length, ...name, ...text]);
}
