/** What a real component logs is in the Worker's log, however its call ends. */
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { MAX_LOG_RECORDS_PER_CALL } from '../../src/core/limits.ts';
import { call, deploy, freshName, request } from '../support/gateway-client.ts';

let spy: MockInstance<typeof console.log>;

beforeEach(() => {
  spy = vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => spy.mockRestore());

async function logger(more = ''): Promise<string> {
  const name = freshName('log');
  await deploy(name, 'logging', `version: "1.0"\npermissions: {logging: {level: warn}}\n${more}`);
  return name;
}

/** What was written of what a component logged. */
function written(component: string): readonly object[] {
  // A cast: the platform logs objects.
  const records = spy.mock.calls.map(([record]) => record as { component?: string; message?: string });
  return records.filter((record) => record.component === component && record.message?.startsWith('guest log'));
}

const WARNING = { message: 'guest log', level: 'warn', context: 'shop', text: 'a warning', version: 'v1' };

describe('what a component logs', () => {
  it.each([
    ['returns', '', undefined],
    ['trap', '', 'COMPONENT_CRASHED'],
    ['spin', 'resources: {limits: {timeout: 300ms}}', 'TIMEOUT'],
    ['spin', 'resources: {limits: {fuel: 50000000}}', 'OUT_OF_FUEL'],
  ])('at its level is kept when its call ends by %s (%s)', async (end, limits, code) => {
    const name = await logger(limits);
    const answer = await (await call(name, 'run', { end, more: 0 })).json<{ error_code?: string }>();
    expect(answer.error_code).toBe(code);
    await expect.poll(() => written(name)).toEqual([expect.objectContaining(WARNING)]);
  });

  it('is kept when it is killed', async () => {
    const name = await logger();
    await call(name, 'run', { end: 'returns', more: 0 });
    const answer = call(name, 'run', { end: 'spin', more: 0 });
    const executing = async () => {
      const status = await (await request(`/v1/components/${name}/status`)).json<{
        instances: { executing: number };
      }>();
      return status.instances.executing;
    };
    await expect.poll(executing).toBe(1);
    // They share a thread: when this one has ended, that one has begun.
    expect((await call(name, 'run', { end: 'returns', more: 0 })).status).toBe(200);
    await request(`/v1/components/${name}/stop`, { method: 'POST', body: '{"timeoutMs": 0}' });
    expect(await (await answer).json()).toMatchObject({
      error_code: 'COMPONENT_CRASHED',
      details: { reason: 'killed' },
    });
    await expect.poll(() => written(name)).toEqual(Array(3).fill(expect.objectContaining(WARNING)));
  });

  it('beyond so many records of a call is counted', async () => {
    const name = await logger();
    await call(name, 'run', { end: 'trap', more: MAX_LOG_RECORDS_PER_CALL + 4 });
    await expect.poll(() => written(name).length).toBe(MAX_LOG_RECORDS_PER_CALL + 1);
    expect(written(name).at(-1)).toMatchObject({ message: 'guest logs dropped', dropped: 5 });
  });

  it('goes nowhere without a grant, and the attempt is a fact', async () => {
    const name = freshName('log');
    await deploy(name, 'logging', 'version: "1.0"\n');
    expect((await call(name, 'run', { end: 'returns', more: 3 })).status).toBe(200);
    const events = async () => (await request(`/v1/components/${name}/events?limit=500`)).text();
    await expect.poll(events).toMatch(/"CapabilityDenied"[^}]*"capability":"logging"/);
    expect(written(name)).toEqual([]);
  });
});
