/** Where buckets are kept: said once in a policy, and found again by every decision. */
import { describe, expect, it } from 'vitest';
import { compileGrants, grantsOf } from '../../../src/policy/index.ts';
import { policyOf, problemsOf } from './support.ts';

const rules = (allow: string, deny = '') => `permissions: {keyvalue: {allow: [${allow}], deny: [${deny}]}}`;

function storeOf(text: string, bucket: string, access: 'read' | 'write' | 'delete', granted: readonly string[] = []) {
  const decide = compileGrants(grantsOf(policyOf(text), { granted, revoked: [] }));
  return decide({ capability: 'keyvalue', bucket, access });
}

describe('the store of a bucket', () => {
  it('is durable unless the rule says kv', () => {
    const text = rules(
      '{bucket: a, access: [read]}, {bucket: b, access: [read], store: kv}, {bucket: c, access: [read], store: durable}',
    );
    expect(['a', 'b', 'c'].map((bucket) => storeOf(text, bucket, 'read').store)).toEqual([undefined, 'kv', undefined]);
  });

  it('leaves a policy that names none as it was', () => {
    expect(policyOf(rules('{bucket: a, access: [read], store: durable}'))).toEqual(
      policyOf(rules('{bucket: a, access: [read]}')),
    );
  });

  it('is what the first rule about the bucket says, for every access and every later rule', () => {
    const text = rules('{bucket: "a*", access: [read], store: kv}, {bucket: ab, access: [write]}');
    expect(storeOf(text, 'ab', 'write')).toEqual({ allowed: true, rule: 'permissions.keyvalue.allow[1]', store: 'kv' });
  });

  it('is that of the policy also where a grant allows the use, and durable where the policy says nothing', () => {
    const text = rules('{bucket: a, access: [read], store: kv}');
    const granted = ['kv:write'];
    expect(storeOf(text, 'a', 'write', granted)).toMatchObject({ allowed: true, store: 'kv' });
    expect(storeOf(text, 'z', 'write', granted)).toEqual({ allowed: true, rule: 'grant kv:write' });
  });

  it('is not told with a refusal', () => {
    expect(storeOf(rules('{bucket: a, access: [read], store: kv}'), 'a', 'write')).not.toHaveProperty('store');
  });
});

describe('a policy is refused', () => {
  it('when two rules keep one pattern in different stores', () => {
    const text = rules('{bucket: a, access: [read], store: kv}, {bucket: a, access: [write]}');
    expect(problemsOf(text)).toMatchObject([
      { field: 'permissions.keyvalue.allow[1].bucket', message: expect.stringContaining('different stores') },
    ]);
  });

  it.each([
    ['a store that there is not', rules('{bucket: a, access: [read], store: redis}')],
    ['a store in a deny rule', rules('', '{bucket: a, access: [read], store: kv}')],
  ])('when it has %s', (_, text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });
});
