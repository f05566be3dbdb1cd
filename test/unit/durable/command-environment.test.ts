/** Variables that the caller of a command brings along: those that are somebody else's to set are refused. */
import { describe, expect, it } from 'vitest';
import { refusedVariable } from '../../../durable/pool/command-environment.ts';
import { DEFAULT_MAXIMA, grantsOf, parsePolicy } from '../../../src/policy/index.ts';

const parsed = parsePolicy(
  'permissions: {environment: {allow: [{key: MODE, value: fast}, {key: API_KEY}], deny: [{key: NEVER}]}}',
  DEFAULT_MAXIMA,
);
if (!parsed.ok) throw new Error('the policy of this test is not valid');
const grants = grantsOf(parsed.value, { granted: ['env:GRANTED', 'kv:read:OTHER'], revoked: ['environment'] });

describe('a variable of the caller', () => {
  it.each(['MODE', 'API_KEY', 'NEVER', 'GRANTED', 'SKERRY_TOKEN', 'skerry_token', '1A', ''])('%j is refused', (key) => {
    expect(refusedVariable({ grants }, [[key, 'x']])).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it.each(['OTHER', 'PATH', 'mode'])('%j is taken', (key) => {
    expect(refusedVariable({ grants }, [[key, 'x']])).toBeUndefined();
  });
});
