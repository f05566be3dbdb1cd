/** Tokens and scopes. `identify` itself needs workerd's constant-time comparison: see test/workers/gateway. */
import { describe, expect, it } from 'vitest';
import { type Caller, mayControl, mayInvoke, parseTokens, type Scope } from '../../../src/gateway/auth.ts';

const sha256 = 'ab'.repeat(32);

function bearer(...scopes: Scope[]): Caller {
  return { kind: 'token', id: 't', scopes };
}

describe('parseTokens', () => {
  it('knows nobody without a secret', () => {
    expect(parseTokens(undefined)).toEqual([]);
    expect(parseTokens(' ')).toEqual([]);
  });

  it('reads records', () => {
    expect(parseTokens(JSON.stringify([{ id: 'ci', sha256, scopes: ['deploy'] }]))).toHaveLength(1);
  });

  it.each(['{', '{}', '[{"id":"a"}]', `[{"id":"a","sha256":"${sha256}","scopes":["root"]}]`])(
    'lets nobody in with the mistyped secret %s',
    (secret) => {
      expect(parseTokens(secret)).toBeUndefined();
    },
  );
});

describe('scopes', () => {
  it.each([
    ['read', 'GET', true],
    ['read', 'PUT', false],
    ['invoke', 'GET', false],
    ['deploy', 'PUT', true],
    ['admin', 'DELETE', true],
  ] as const)('%s and %s on the control plane: %s', (scope, method, allowed) => {
    expect(mayControl(bearer(scope), method)).toBe(allowed);
  });

  it('only invoke and admin call components that ask for a token', () => {
    expect(mayInvoke(bearer('invoke'))).toBe(true);
    expect(mayInvoke(bearer('admin'))).toBe(true);
    expect(mayInvoke(bearer('deploy', 'read'))).toBe(false);
    expect(mayInvoke({ kind: 'anonymous' })).toBe(false);
    expect(mayControl({ kind: 'unknown' }, 'GET')).toBe(false);
  });
});
