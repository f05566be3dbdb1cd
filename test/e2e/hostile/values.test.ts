/** Values that the Canonical ABI does not allow, and values that are too large: none reaches anybody. */
import { expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

/** Nothing that a guest answers may take longer to refuse. */
const AT_MOST_MS = 5_000;

const TRAP = 'COMPONENT_CRASHED trap';

test.each([
  ['result-area-outside', {}],
  ['result-area-at-the-end', {}],
  ['result-area-misaligned', {}],
  ['text-outside', {}],
  ['text-beyond-the-end', {}],
  ['text-of-1gb', {}],
  ['text-invalid-utf8', {}],
  ['text-cut-utf8', {}],
  ['list-overflow', {}],
  ['list-overflow-at-the-end', {}],
  ['list-misaligned', {}],
  ['char-surrogate', {}],
  ['char-too-large', {}],
  ['discriminant-of-enum', {}],
  ['discriminant-of-option', {}],
  ['discriminant-of-result', {}],
  ['discriminant-of-variant', {}],
  ['realloc-outside', { text: 'some text' }],
  ['realloc-misaligned', { numbers: [1, 2, 3] }],
  ['handle-of-nothing', { handle: 0 }],
  ['handle-of-nothing', { handle: 1 }],
  ['handle-of-nothing', { handle: 2 ** 32 - 1 }],
])('%s traps: %j', async (name, args) => {
  const guest = await specimen(client, name);
  const { how, ms, answer } = await guest.bad(args);
  expect([how, answer.status]).toEqual([TRAP, 502]);
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
});

test('a handle that was dropped twice traps', async () => {
  const guest = await specimen(client, 'handle-of-nothing');
  expect((await guest.bad({}, 'drop-twice')).how).toBe(TRAP);
  await expectHealthy(client, guest);
});

test.each(['text-of-the-whole-memory', 'texts-of-the-same-bytes'])('%s is too large', async (name) => {
  const guest = await specimen(client, name);
  const { how, ms, answer } = await guest.bad();
  expect([how, answer.status]).toEqual(['TOO_LARGE', 413]);
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
});
