/** CPU time: what a guest may compute is a share of its timeout, and waiting is not computing. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf } from '../../support/edge-client.ts';
import { expectHealthy, specimen } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

const TIMEOUT_MS = 4_000;
const CPU_MS = 200;
const LIMITS = { timeout: `${TIMEOUT_MS}ms`, cpu: '50m' };
const WAIT_NS = 600_000_000;

test('a loop ends when its CPU time is over, long before its timeout', async () => {
  const loop = await specimen(client, 'loop-plain', { limits: LIMITS });
  const { how, ms, answer } = await loop.bad();
  expect(how).toBe('TIMEOUT');
  expect(errorOf(answer).details).toEqual({ of: 'cpu', cpuMs: String(CPU_MS) });
  expect(ms).toBeGreaterThanOrEqual(CPU_MS - 1);
  expect(ms).toBeLessThan(TIMEOUT_MS);
  await expectHealthy(client, loop);
});

test('a component that waits longer than it may compute is answered', async () => {
  const waiter = await specimen(client, 'wait-and-count', { limits: LIMITS });
  const { how, ms } = await waiter.bad({ ns: WAIT_NS });
  expect(how).toBe('200 {"result":1}');
  expect(ms).toBeGreaterThan(CPU_MS);
  await expectHealthy(client, waiter);
});

test('one that waits beyond its timeout is told that it was not its CPU time', async () => {
  const waiter = await specimen(client, 'wait-forever', { limits: { timeout: '300ms', cpu: '500m' } });
  expect(errorOf((await waiter.bad()).answer)).toMatchObject({
    status: 504,
    details: { of: 'wall', timeoutMs: '300' },
  });
  await expectHealthy(client, waiter);
});
