/** How many wasm memories a process may have: the pin of a line in docs/platform-notes.md. */
import { expect, it } from 'vitest';
import { MAX_IDLE_MEMORIES } from '../../../functions/runtime/limits.ts';

it('has room for the idle memories of sixteen isolates, each of which may grow', () => {
  const memories = Array.from(
    { length: 16 * MAX_IDLE_MEMORIES },
    () => new WebAssembly.Memory({ initial: 1, maximum: 4_096 }),
  );
  expect(memories.at(-1)?.buffer.byteLength).toBe(65_536);
});
