/** A stop ends every running call for good, whatever the guest does with it. */
import { expect, inject, test } from 'vitest';
import { untilLoad } from '../../support/component-status.ts';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

const CALLS = 4;
const AT_MOST_MS = 5_000;

test.each([
  'loop-plain',
  'loop-catch-all',
  'wait-forever',
  'wait-in-catch-all',
  'wait-then-loop',
  'wait-then-start-again',
])('ends every call of %s, and a start makes it answer again', async (name) => {
  const guest = await specimen(client, name, { limits: { timeout: '20s', fuel: 1_000_000_000_000 } });
  const running = Array.from({ length: CALLS }, () => guest.bad());
  await untilLoad(client, guest.name, CALLS);

  const started = performance.now();
  const stopped = await guest.change('stop');
  expect([stopped.status, stopped.text]).toEqual([expect.toBeOneOf([200, 202, 204]), expect.any(String)]);
  const ends = await Promise.all(running);
  expect(performance.now() - started).toBeLessThan(AT_MOST_MS);
  expect(ends.map(({ how, answer }) => [how, answer.status])).toEqual(
    ends.map(() => ['COMPONENT_CRASHED killed', 502]),
  );

  const refused = await guest.bad();
  expect([refused.how, refused.answer.status]).toEqual(['STOPPED', 503]);
  expect((await guest.change('start')).status).toBeLessThan(300);
  await expectHealthy(client, guest);
  await untilLoad(client, guest.name, 0);
});
