/** The look at function sizes before a module is validated. */
import { expect, test } from 'vitest';
import { findLargeBody } from '../../../src/build/meter/body-sizes.ts';
import { MAX_BODY_BYTES } from '../../../src/build/meter/limits.ts';
import { coreModule } from '../../support/build-fixtures.ts';
import { leb } from '../../support/component-fixtures.ts';

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const CUSTOM = [0, 3, 1, 0x78, 0];
const NOP = 0x01;

/** A module with a custom section and function bodies of these sizes, and nothing that would make it valid. */
function moduleWith(sizes: readonly number[]): Uint8Array {
  const heads = sizes.map((size) => leb(size));
  const content = sizes.reduce(
    (sum, size, index) => sum + size + (heads[index]?.length ?? 0),
    leb(sizes.length).length,
  );
  const module = new Uint8Array(PREAMBLE.length + CUSTOM.length + 1 + leb(content).length + content).fill(NOP);
  let at = 0;
  const put = (bytes: readonly number[]) => {
    module.set(bytes, at);
    at += bytes.length;
  };
  for (const part of [PREAMBLE, CUSTOM, [10], leb(content), leb(sizes.length)]) put(part);
  for (const [index, size] of sizes.entries()) {
    put(heads[index] ?? []);
    at += size;
  }
  return module;
}

test('the first body above the limit is named with its size and its place', () => {
  const sizes = [10, MAX_BODY_BYTES, MAX_BODY_BYTES + 1, MAX_BODY_BYTES + 2];
  const module = moduleWith(sizes);
  const offset = module.length - (MAX_BODY_BYTES + 2) - leb(MAX_BODY_BYTES + 2).length - (MAX_BODY_BYTES + 1);
  expect(findLargeBody(module)).toEqual({ index: 2, bytes: MAX_BODY_BYTES + 1, offset });
});

test('a size that the module does not even have room for is named as well', () => {
  const module = Uint8Array.of(...PREAMBLE, 10, 6, 1, ...leb(2 ** 31));
  expect(findLargeBody(module)).toMatchObject({ index: 0, bytes: 2 ** 31 });
});

test('bodies up to the limit, no bodies and no module are none of its business', async () => {
  const cut = moduleWith([10, 20]).subarray(0, -5);
  const modules = [moduleWith([10, MAX_BODY_BYTES]), moduleWith([]), cut, new Uint8Array(), Uint8Array.of(1, 2, 3)];
  for (const module of [...modules, await coreModule('(module (func) (func))')]) {
    expect(findLargeBody(module)).toBeUndefined();
  }
});
