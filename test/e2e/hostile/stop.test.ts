/** A stop ends every running call for good, whatever the guest does with it. */
import { expect, inject, test } from 'vitest';
import { clientOf } from '../../support/edge-client.ts';
import { expectHealthy, type Specimen, specimen } from '../../support/hostile.ts';
import { until } from '../../support/until.ts';

const client = clientOf(inject('edge'));

const CALLS = 4;
const AT_MOST_MS = 2_000;

async function executing({ name }: Specimen): Promise<number> {
  const { json } = await client.get(`/v1/components/${name}/status`);
  return (json as { instances: { executing: number } }).instances.executing;
}

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
  await until(async () => (await executing(guest)) === CALLS);

  const started = performance.now();
  const stopped = await client.request('POST', `/v1/components/${guest.name}/stop`, {
    body: JSON.stringify({ timeoutMs: 0 }),
    headers: { 'content-type': 'application/json' },
  });
  expect([stopped.status, stopped.text]).toEqual([expect.toBeOneOf([200, 202, 204]), expect.any(String)]);
  const ends = await Promise.all(running);
  expect(performance.now() - started).toBeLessThan(AT_MOST_MS);
  expect(ends.map(({ how, answer }) => [how, answer.status])).toEqual(
    ends.map(() => ['COMPONENT_CRASHED killed', 502]),
  );

  const refused = await guest.bad();
  expect([refused.how, refused.answer.status]).toEqual(['STOPPED', 503]);
  expect((await client.request('POST', `/v1/components/${guest.name}/start`)).status).toBeLessThan(300);
  await until(async () => (await client.call(guest.name, 'good', { x: 1 })).status === 200);
  await expectHealthy(client, guest);
  expect(await executing(guest)).toBe(0);
});
