/** Policies that cannot be enforced as written: refused with line and field, nothing changes. */
import { describe, expect, inject, test } from 'vitest';
import { MAX_POLICY_BYTES } from '../../src/core/limits.ts';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, examplePolicy } from '../support/examples.ts';

const client = clientOf(inject('edge'));

const START = 'version: "1.0"\n';
const rule = (section: string, entry: string) => `${START}permissions:\n  ${section}:\n    allow:\n      - ${entry}\n`;
const limit = (entry: string) => `${START}resources:\n  limits:\n    ${entry}\n`;

/** Each with the number of the line at fault and a part of the field's path. */
const BAD: readonly (readonly [claim: string, policy: string, line: string, field: string])[] = [
  ['an unknown key', `${START}permisions: {}\n`, '2', 'permisions'],
  ['an unknown key below', `${START}resources:\n  limits:\n    memry: 64Mi\n`, '4', 'memry'],
  ['an unknown key in a rule', rule('network', '{host: example.com, prot: 80}'), '5', 'prot'],
  ['a glob inside a segment', rule('storage', '{uri: "fs://work/**x", access: [read]}'), '5', 'uri'],
  ['a wildcard inside a host name', rule('network', '{host: "exa*mple.com"}'), '5', 'host'],
  ['an impossible network range', rule('network', '{cidr: 203.0.113.0/40}'), '5', 'cidr'],
  ['an unknown access', rule('keyvalue', '{bucket: cache, access: [destroy]}'), '5', 'access'],
  ['an unknown unit of memory', limit('memory: 64Xi'), '4', 'memory'],
  ['an unknown unit of time', limit('timeout: 30 fortnights'), '4', 'timeout'],
  ['a negative number', limit('subrequests: -1'), '4', 'subrequests'],
  ['more memory than the platform has', limit('memory: 1Gi'), '4', 'memory'],
  ['a longer timeout than the platform allows', limit('timeout: 2h'), '4', 'timeout'],
  ['an unknown access mode', `${START}access: everybody\n`, '2', 'access'],
];

function namesTheFault(answer: Parameters<typeof errorOf>[0], line: string, field: string): void {
  const error = errorOf(answer);
  expect(error).toMatchObject({ status: 422, error_code: 'POLICY_INVALID', details: { line } });
  expect(`${error.details?.['field']} ${error.message}`).toContain(field);
}

describe('refused with line and field:', () => {
  test.each(BAD)('%s, at upload: the component is not made', async (_claim, policy, line, field) => {
    const name = freshName('policy');
    namesTheFault(await client.upload(name, await exampleBytes('adder'), { policy }), line, field);
    expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  });

  test.each(BAD)('%s, put later: the policy in force stays', async (_claim, policy, line, field) => {
    const before = (await client.get('/v1/components/adder')).json as { policy: unknown };
    namesTheFault(await client.request('PUT', '/v1/components/adder/policy', { body: policy }), line, field);
    expect(((await client.get('/v1/components/adder')).json as { policy: unknown }).policy).toEqual(before.policy);
  });
});

test.each([
  ['no YAML', 'version: "1.0\naccess: [', /POLICY_INVALID/],
  ['YAML that is no mapping', '- a\n- b\n', /POLICY_INVALID/],
  [
    'an alias bomb',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
      .join('\n')}\n`,
    /POLICY_INVALID/,
  ],
  [
    'a policy over the size limit',
    `${START}description: ${'x'.repeat(MAX_POLICY_BYTES)}\n`,
    /POLICY_INVALID|TOO_LARGE/,
  ],
])('%s is refused', async (_claim, policy, code) => {
  const answer = await client.upload(freshName('policy'), await exampleBytes('adder'), { policy });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(errorOf(answer).error_code).toMatch(code);
});

test('the component of a request whose policy is good is deployed with it', async () => {
  const name = freshName('policy');
  const policy = await examplePolicy('adder');
  expect((await client.upload(name, await exampleBytes('adder'), { policy })).status).toBe(201);
  expect((await client.get(`/v1/components/${name}`)).json).toMatchObject({ policy: { source: 'component' } });
  expect((await client.get(`/v1/components/${name}/policy`)).text).toContain('Adds; needs nothing');
});
