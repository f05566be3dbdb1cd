/** Validation rules judge what a build found out. */

import { describe, expect, it } from 'vitest';
import { type ComponentFacts, checkComponent, DENY_ALL, violationFailure } from '../../../src/policy/index.ts';

const FACTS: ComponentFacts = {
  bytes: 1_000,
  imports: ['wasi:http/types@0.2.3', 'wasi:io/streams@0.2.3'],
  exports: ['wasi:http/incoming-handler@0.2.3', 'greet'],
  features: ['bulk-memory'],
};
const RULES = DENY_ALL.validation;

describe('checkComponent', () => {
  it('admits what the defaults admit', () =>
    expect(checkComponent(RULES, FACTS)).toEqual({ ok: true, value: undefined }));

  it.each([
    ['maxBytes', { ...RULES, maxBytes: 999 }, FACTS, '1000 bytes'],
    ['maxImports', { ...RULES, maxImports: 1 }, FACTS, '2 imports'],
    ['allowedImports', RULES, { ...FACTS, imports: ['evil:wasi/x'] }, 'evil:wasi/x'],
    ['allowedImports', { ...RULES, allowedImports: [] }, { ...FACTS, imports: ['wasi:io/poll'] }, 'no allowed imports'],
    ['requiredExports', { ...RULES, requiredExports: ['run'] }, FACTS, 'does not export run'],
    ['denyFeatures', RULES, { ...FACTS, features: ['threads'] }, 'uses threads'],
  ] as const)('reports %s', (rule, rules, facts, told) => {
    const checked = checkComponent(rules, facts);
    expect(checked.ok ? [] : checked.error).toEqual([{ rule, message: expect.stringContaining(told) }]);
  });

  it('takes a name without a version to be about every version', () => {
    const rules = {
      ...RULES,
      allowedImports: ['wasi:http/types', 'wasi:io/*'],
      requiredExports: ['wasi:http/incoming-handler'],
    };
    expect(checkComponent(rules, FACTS).ok).toBe(true);
    expect(checkComponent({ ...rules, allowedImports: ['wasi:http/types@0.3.0', 'wasi:io/*'] }, FACTS).ok).toBe(false);
  });

  it('reports every violation, and the failure carries all of them', () => {
    const checked = checkComponent({ ...RULES, maxBytes: 1, maxImports: 0 }, FACTS);
    const failure = violationFailure(checked.ok ? [] : checked.error);
    expect(failure).toMatchObject({ code: 'POLICY_VIOLATION', details: { rule: 'maxBytes' } });
    expect(failure.details?.['problems']?.split('\n')).toHaveLength(2);
  });
});
