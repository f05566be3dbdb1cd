/** Recursions without end: the stack ends them, as a trap. */
import { expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

const AT_MOST_MS = 5_000;

test.each(['recursion-plain', 'recursion-mutual', 'recursion-indirect'])('%s traps', async (name) => {
  const recursion = await specimen(client, name);
  for (let round = 0; round < 2; round += 1) {
    const { how, answer } = await recursion.bad();
    expect([how, answer.status]).toEqual(['COMPONENT_CRASHED trap', 502]);
    expect(answer.text).toMatch(/stack/);
    await expectHealthy(client, recursion);
  }
});

test('an overflow cannot be swallowed: recursion-swallowed', async () => {
  const recursion = await specimen(client, 'recursion-swallowed');
  expect((await recursion.bad()).how).toBe('COMPONENT_CRASHED trap');
  await expectHealthy(client, recursion);
});

/** Where the host makes another error of its own overflow, a guest can swallow that; then its limits end it. */
test('an overflow inside of the host ends the guest all the same: recursion-swallowed-in-the-host', async () => {
  const recursion = await specimen(client, 'recursion-swallowed-in-the-host', { limits: { timeout: '300ms' } });
  const late = await recursion.bad();
  expect(late.how).toBeOneOf(['TIMEOUT', 'COMPONENT_CRASHED trap']);
  expect(late.ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, recursion);

  await recursion.permit({ limits: { fuel: 20_000_000 } });
  expect((await recursion.bad()).how).toBeOneOf(['OUT_OF_FUEL', 'COMPONENT_CRASHED trap']);
  await expectHealthy(client, recursion);
});
