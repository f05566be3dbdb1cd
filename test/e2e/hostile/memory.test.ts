/** Guests that take what memory they can get. A refusal that they survive is no crash; one that ends them is out-of-memory. */
import { describe, expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../../support/edge-client.ts';
import { expectHealthy, fixture, specimen, timedCall } from '../../support/hostile.ts';
import { largeBody, manyInstances, manyMemories } from '../../support/hostile-binaries.ts';

const client = clientOf(inject('edge'));

const PAGES_PER_MIB = 16;
const OUT_OF_MEMORY = ['COMPONENT_CRASHED out-of-memory', 502];

describe('memory', () => {
  test('grows up to the ceiling of the policy and can be used there', async () => {
    const guest = await specimen(client, 'grow-to-ceiling', { limits: { memory: '4Mi' } });
    expect((await guest.bad()).how).toBe(`200 {"result":${4 * PAGES_PER_MIB}}`);
    await expectHealthy(client, guest);
    await guest.permit({ limits: { memory: '8Mi' } });
    expect((await guest.bad()).how).toBe(`200 {"result":${8 * PAGES_PER_MIB}}`);
    await expectHealthy(client, guest);
  });

  test('of all core instances counts as one', async () => {
    const guest = await specimen(client, 'grow-in-turn', { limits: { memory: '4Mi' } });
    expect((await guest.bad()).how).toBe(`200 {"result":${4 * PAGES_PER_MIB}}`);
    await expectHealthy(client, guest);
  });

  test('at the default ceiling, again and again, costs the next call nothing', async () => {
    const guest = await specimen(client, 'grow-to-ceiling');
    for (let round = 0; round < 5; round += 1) {
      expect((await guest.bad()).how).toBe(`200 {"result":${64 * PAGES_PER_MIB}}`);
      await expectHealthy(client, guest);
    }
  });

  test.each(['grow-then-trap', 'grow-much-then-trap'])('refused, where the guest gives up: %s', async (name) => {
    const guest = await specimen(client, name, { limits: { memory: '4Mi' } });
    const { how, answer } = await guest.bad();
    expect([how, answer.status]).toEqual(OUT_OF_MEMORY);
    await expectHealthy(client, guest);
  });

  test('that was never refused is not blamed for a trap', async () => {
    const guest = await specimen(client, 'trap', { limits: { memory: '4Mi' } });
    expect((await guest.bad()).how).toBe('COMPONENT_CRASHED trap');
    await expectHealthy(client, guest);
  });

  test('that a component starts with counts against its policy, which a new one can lift', async () => {
    const guest = await specimen(client, 'start-memory-2mi', { limits: { memory: '4Mi' } });
    await guest.permit({ limits: { memory: '1Mi' } });
    const { how, answer } = await timedCall(client, guest.name, 'good', { x: 1 });
    expect([how, answer.status]).toEqual(OUT_OF_MEMORY);
    expect(answer.text).toMatch(/start/);
    await guest.permit({ limits: { memory: '4Mi' } });
    expect((await guest.bad()).how).toBe('200 {"result":null}');
    await expectHealthy(client, guest);
  });
});

describe('a table', () => {
  test('grows up to a ceiling and can be used there', async () => {
    const guest = await specimen(client, 'grow-table-to-ceiling');
    const { how, answer } = await guest.bad();
    expect(how).toMatch(/^200 /);
    const { result } = answer.json as { result: number };
    expect(result).toBeGreaterThan(1_000);
    expect(result).toBeLessThanOrEqual(1_000_000);
    await expectHealthy(client, guest);
  });

  test('refused, where the guest gives up, is out-of-memory', async () => {
    const guest = await specimen(client, 'grow-table-then-trap');
    const { how, answer } = await guest.bad();
    expect([how, answer.status]).toEqual(OUT_OF_MEMORY);
    await expectHealthy(client, guest);
  });
});

const REFUSED: readonly (readonly [claim: string, bytes: () => Promise<Uint8Array>, says: RegExp])[] = [
  ['2 GiB of memory', () => fixture('minimum-above-every-ceiling'), /memory .*32768 pages/],
  ['ten million elements', () => fixture('minimum-of-table-above-every-ceiling'), /table .*10000000 elements/],
  ['10,000 memories in a module', () => manyMemories(10_000), /memories/],
  ['10,000 memories in as many instances', () => manyInstances(10_000, 1), /instances|memories/],
  ['memories above every ceiling together', () => manyInstances(4, 1_000), /memory/],
  [
    'a function body of 3 MB',
    async () => largeBody(3_000_000),
    /body of function 0 has 3000000 bytes, the most is 2097152/,
  ],
  [
    'a function body of 15 MB',
    async () => largeBody(15_000_000),
    /body of function 0 has 15000000 bytes, the most is 2097152/,
  ],
];

test.each(REFUSED)('a component with %s is refused with a clear text', async (_, bytes, says) => {
  const name = freshName('too-large');
  const refused = errorOf(await client.upload(name, await bytes()));
  expect(refused).toMatchObject({ status: 422, error_code: 'INVALID_COMPONENT' });
  expect(refused.details?.['reason']).toMatch(says);
  expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
});
