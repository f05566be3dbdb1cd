/** Recursions without end: the stack ends them, as a trap. */
import { expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

const AT_MOST_MS = 2_000;

test.each(['recursion-plain', 'recursion-mutual', 'recursion-indirect'])('%s traps', async (name) => {
  const recursion = await specimen(client, name);
  for (let round = 0; round < 3; round += 1) {
    const { how, answer } = await recursion.bad();
    expect([how, answer.status]).toEqual(['COMPONENT_CRASHED trap', 502]);
    expect(answer.text).toMatch(/stack/);
    await expectHealthy(client, recursion);
  }
});

/** An overflow inside of the host can be caught by a guest, which then has only its limits left to end it. */
test.each(['recursion-swallowed', 'recursion-swallowed-in-the-host'])('%s ends all the same', async (name) => {
  const recursion = await specimen(client, name, { limits: { timeout: '300ms' } });
  const late = await recursion.bad();
  expect(late.how).toBeOneOf(['TIMEOUT', 'COMPONENT_CRASHED trap']);
  expect(late.ms).toBeLessThan(AT_MOST_MS);
  await expectHealthy(client, recursion);

  await recursion.permit({ limits: { fuel: 20_000_000 } });
  const starved = await recursion.bad();
  expect(starved.how).toBeOneOf(['OUT_OF_FUEL', 'COMPONENT_CRASHED trap']);
  await expectHealthy(client, recursion);
  console.log(`${name}: ${late.how} after ${Math.round(late.ms)} ms, ${starved.how} ${starved.answer.text}`);
});
