/** Damaged components: never a hang, never a server error but the 502 of a component that was accepted. */
import { expect, inject, test } from 'vitest';
import type { ExampleName } from '../../scripts/examples.ts';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes } from '../support/examples.ts';
import { inParallel, seeded } from './random.ts';

const edge = inject('edge');
const client = clientOf(edge);

const SEED = 20260901;
const WIDTH = 4;
const REFUSALS = ['INVALID_COMPONENT', 'UNSUPPORTED_IMPORT'];

interface Series {
  readonly example: ExampleName;
  readonly flips: number;
  readonly fn: string;
  readonly args: unknown;
}

const SERIES: readonly Series[] = [
  { example: 'adder', flips: 230, fn: 'add', args: { a: 2, b: 40 } },
  { example: 'hello', flips: 20, fn: 'greet', args: { name: 'world' } },
];

test.each(SERIES)('$example with one of $flips bytes flipped', { timeout: 400_000 }, async (series) => {
  const whole = await exampleBytes(series.example);
  const random = seeded(SEED);
  const damages = Array.from({ length: series.flips }, () => ({
    at: Math.floor(random() * whole.length),
    mask: 1 + Math.floor(random() * 255),
  }));
  const strange: string[] = [];
  let accepted = 0;
  await inParallel(series.flips, WIDTH, async (index) => {
    const damage = damages[index] ?? { at: 0, mask: 1 };
    const bytes = Uint8Array.from(whole);
    bytes[damage.at] = (bytes[damage.at] ?? 0) ^ damage.mask;
    const label = `flip ${index}: byte ${damage.at} ^ ${damage.mask}`;
    const name = freshName('flip');
    // The deploy token has an upload budget of its own.
    const upload = await client.upload(name, bytes, { token: edge.tokens.deploy });
    if (upload.status === 422) {
      const { error_code } = errorOf(upload);
      if (!REFUSALS.includes(error_code)) strange.push(`${label}: upload ${error_code}`);
      return;
    }
    if (upload.status !== 201) {
      strange.push(`${label}: upload ${upload.status} ${upload.text}`);
      return;
    }
    accepted += 1;
    const call = await client.call(name, series.fn, series.args);
    if (call.status >= 500 && call.status !== 502) strange.push(`${label}: call ${call.status} ${call.text}`);
    await client.remove(name);
  });
  expect(strange).toEqual([]);
  // Names and constants are bytes too: were everything refused, the calls above would have tested nothing.
  expect(accepted).toBeGreaterThan(0);
  const intact = await client.call(series.example, series.fn, series.args);
  expect(intact.status).toBe(200);
});
