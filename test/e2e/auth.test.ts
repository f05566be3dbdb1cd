/** Who may do what: bearer tokens and their scopes on the control plane. */
import { expect, inject, test } from 'vitest';
import type { Scope } from '../../scripts/local/token.ts';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes } from '../support/examples.ts';

const edge = inject('edge');
const client = clientOf(edge);

const CONTROL_PLANE: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/v1/components'],
  ['GET', '/v1/components/adder'],
  ['GET', '/v1/components/adder/wit'],
  ['GET', '/v1/components/adder/policy'],
  ['GET', '/v1/components/no-such-component'],
  ['PUT', '/v1/components/adder'],
  ['DELETE', '/v1/components/adder'],
  ['PUT', '/v1/policies/default'],
  ['DELETE', '/v1/policies/default'],
  ['GET', '/v1/nodes'],
  ['GET', '/v1/no-such-thing'],
];

test.each(CONTROL_PLANE)('%s %s answers 401 without a token and with a wrong one', async (method, path) => {
  const wrong = `sk_${'A'.repeat(43)}`;
  for (const token of [null, wrong, edge.token.slice(0, -1), `${edge.token}x`]) {
    const answer = await client.request(method, path, { token });
    expect(errorOf(answer)).toMatchObject({ status: 401, error_code: 'UNAUTHENTICATED' });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

test.each(['Basic', 'bearer-ish', ''])('a token under the scheme "%s" is no token', async (scheme) => {
  const answer = await client.request('GET', '/v1/components', {
    token: null,
    headers: { authorization: `${scheme} ${edge.token}`.trim() },
  });
  expect(errorOf(answer)).toMatchObject({ status: 401 });
});

const WRITES_REFUSED: readonly Scope[] = ['read', 'invoke'];
test.each(WRITES_REFUSED)('scope %s may not deploy, remove or change a policy', async (scope) => {
  const token = edge.tokens[scope];
  const name = freshName('forbidden');
  const component = await exampleBytes('adder');
  const answers = [
    await client.upload(name, component, { token }),
    await client.request('DELETE', '/v1/components/adder', { token }),
    await client.request('PUT', '/v1/components/adder/policy', { token, body: 'version: "1.0"' }),
  ];
  for (const answer of answers) expect(errorOf(answer)).toMatchObject({ status: 403, error_code: 'FORBIDDEN' });
  expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  expect((await client.get('/v1/components/adder')).status).toBe(200);
});

test('scope read may look, scope invoke may not', async () => {
  expect((await client.request('GET', '/v1/components', { token: edge.tokens.read })).status).toBe(200);
  expect((await client.request('GET', '/v1/components', { token: edge.tokens.invoke })).status).toBe(403);
});

test('scope deploy may deploy and remove', async () => {
  const token = edge.tokens.deploy;
  const name = freshName('deployed');
  expect((await client.upload(name, await exampleBytes('adder'), { token })).status).toBe(201);
  expect((await client.request('DELETE', `/v1/components/${name}`, { token })).status).toBe(204);
});

test('a component with "access: token" is called with scope invoke only', async () => {
  const name = freshName('private');
  const policy = 'version: "1.0"\naccess: token\n';
  expect((await client.upload(name, await exampleBytes('adder'), { policy })).status).toBe(201);
  const call = async (token: string | null) =>
    (await client.request('POST', `/call/${name}/add`, { token, body: '{"a":1,"b":2}' })).status;
  expect(await call(null)).toBe(401);
  expect(await call(edge.tokens.read)).toBe(403);
  expect(await call(edge.tokens.invoke)).toBe(200);
  expect(await call(edge.tokens.admin)).toBe(200);
});

test('health and readiness need no token, and no answer repeats one', async () => {
  for (const path of ['/healthz', '/readyz']) {
    expect((await client.request('GET', path, { token: null })).status).toBe(200);
  }
  const component = await client.get('/v1/components/adder');
  expect(component.text + JSON.stringify([...component.headers])).not.toContain(edge.token);
});
