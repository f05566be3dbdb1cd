/** Puts the examples into a running edge through its public API, as any client would. */
import { readFile } from 'node:fs/promises';
import type { Example } from '../examples.ts';

/** Uploads one example with its policy; anything but a success is an error with the edge's own words. */
export async function loadExample(url: string, token: string, example: Example): Promise<void> {
  const form = new FormData();
  form.append(
    'component',
    new Blob([await readFile(example.wasmPath)], { type: 'application/wasm' }),
    'component.wasm',
  );
  form.append('policy', new Blob([await readFile(example.policyPath)], { type: 'application/yaml' }), 'policy.yaml');
  const response = await fetch(`${url}/v1/components/${example.name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The edge refused the example ${example.name}: HTTP ${response.status} ${text}`);
}

/** Waits until the address answers 200, at most `timeoutMs`. */
export async function waitFor(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(Math.max(1, deadline - Date.now())) });
      const text = await response.text();
      if (response.status === 200) return;
      last = `HTTP ${response.status} ${text}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`${url} did not become ready within ${timeoutMs / 1000} s: ${last}`);
}
