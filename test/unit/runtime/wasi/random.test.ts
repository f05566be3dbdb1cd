/** Random bytes: enough of them, and not too many. */
import { expect, it } from 'vitest';
import { MAX_RANDOM_BYTES } from '../../../../functions/runtime/limits.ts';
import { WasiTrap } from '../../../../functions/runtime/wasi/failure.ts';
import { insecureSeed, random } from '../../../../functions/runtime/wasi/random.ts';

it('fills more than the platform gives at once, to the last byte', () => {
  const bytes = random.getRandomBytes(200_001n);
  expect(bytes.length).toBe(200_001);
  expect(bytes.subarray(-64).some((byte) => byte !== 0)).toBe(true);
});

it('traps on a request that would not fit', () => {
  expect(() => random.getRandomBytes(BigInt(MAX_RANDOM_BYTES) + 1n)).toThrow(WasiTrap);
  expect(() => random.getRandomBytes(2n ** 64n - 1n)).toThrow(WasiTrap);
});

it('gives other numbers each time', () => {
  expect(random.getRandomU64()).not.toBe(random.getRandomU64());
  const [first, second] = insecureSeed.insecureSeed();
  expect(first).not.toBe(second);
});
