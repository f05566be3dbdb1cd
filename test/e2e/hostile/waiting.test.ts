/** Guests that wait, and that swallow what ends their wait: the call is over when it is over. */
import { describe, expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';
import { inParallel } from '../random.ts';

const client = clientOf(inject('edge'));

const TIMEOUT_MS = 150;
/** Long after the deadline: how exactly it is kept is measured where guests compute. */
const AT_MOST_MS = 5_000;
const MS = 1_000_000;
const TRAP = 'COMPONENT_CRASHED trap';

describe('at its deadline a call ends for good', () => {
  test.each(['wait-forever', 'wait-in-catch-all', 'wait-then-loop', 'wait-then-start-again', 'wait-then-recurse'])(
    '%s',
    async (name) => {
      const guest = await specimen(client, name);
      await guest.permit({ limits: { timeout: `${TIMEOUT_MS}ms` } });
      for (let round = 0; round < 2; round += 1) {
        const { how, ms, answer } = await guest.bad();
        expect([how, answer.status]).toEqual(['TIMEOUT', 504]);
        expect(ms).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
        expect(ms).toBeLessThan(AT_MOST_MS);
      }
      await guest.permit({});
      await expectHealthy(client, guest);
    },
  );
});

test('a trap after a wait is a trap, at once', async () => {
  const guest = await specimen(client, 'wait-then-trap');
  const { how, ms } = await guest.bad();
  expect(how).toBe(TRAP);
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
});

test.each([
  ['wait-in-post-return', {}],
  ['wait-in-realloc', { text: 'some text' }],
])('%s traps: nothing may leave the component there', async (name, args) => {
  const guest = await specimen(client, name);
  const { how, ms } = await guest.bad(args);
  expect(how).toBe(TRAP);
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
});

test('an exit ends a guest that swallows it', async () => {
  const guest = await specimen(client, 'exit-in-catch-all', { limits: { timeout: `${AT_MOST_MS * 2}ms` } });
  const { how, ms, answer } = await guest.bad();
  expect([how.split(' ')[0], answer.status]).toEqual(['COMPONENT_CRASHED', 502]);
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
});

test('nothing of a call goes on after its answer', async () => {
  const guest = await specimen(client, 'pollables-left-behind');
  const { how, ms } = await guest.bad();
  expect(how).toBe('200 {"result":100}');
  expect(ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, guest);
  const { instances } = (await client.get(`/v1/components/${guest.name}/status`)).json as {
    instances: { executing: number };
  };
  expect(instances.executing).toBe(0);
});

describe('re-entrance', () => {
  test('a call while another waits has an instance of its own', async () => {
    const guest = await specimen(client, 'wait-and-count');
    const ends: string[] = [];
    await inParallel(12, 12, async (index) => {
      ends.push((await guest.bad({ ns: (12 - index) * 10 * MS })).how);
    });
    expect(new Set(ends)).toEqual(new Set(['200 {"result":1}']));
    await expectHealthy(client, guest);
  });

  test.each(['re-entrance', 're-entrance-after-a-wait'])(
    'into a component that waits for its callee: %s',
    async (name) => {
      const guest = await specimen(client, name, { limits: { timeout: `${AT_MOST_MS}ms` } });
      const { how, ms } = await guest.bad();
      expect(how).toBe(TRAP);
      expect(ms).toBeLessThan(AT_MOST_MS);
      await expectHealthy(client, guest);
    },
  );
});
