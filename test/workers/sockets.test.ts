/** Sockets link, are refused, and the attempt is recorded. */
import { expect, it } from 'vitest';
import { call, freshName, request, upload } from '../support/gateway-client.ts';

interface Shown {
  readonly type: string;
  readonly [key: string]: unknown;
}

it('are denied with their own error, and one fact tells of all attempts of a call', async () => {
  const name = freshName();
  expect((await upload(name, 'sockets')).status).toBe(201);
  expect(await (await call(name, 'try', { times: 5 })).json()).toEqual({ result: 11 });
  const facts = async (): Promise<Shown[]> =>
    (await (await request(`/v1/components/${name}/events`)).json<{ items: Shown[] }>()).items;
  await expect
    .poll(async () => (await facts()).map(({ type }) => type), { timeout: 10_000 })
    .toContain('CapabilityDenied');
  expect((await facts()).filter(({ type }) => type === 'CapabilityDenied')).toEqual([
    expect.objectContaining({ capability: 'sockets', resource: 'create-tcp-socket', rule: 'no component has sockets' }),
  ]);
});
