/** A policy's validation rules, applied to what a build found out about a component. */

import { type Failure, failure } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { ValidationRules } from './document.ts';
import { matchesGlob } from './glob.ts';
import { formatBytes } from './units.ts';

/** What the rules look at. Names as WIT spells them, versions included; features as `WASM_FEATURES` spells them. */
export interface ComponentFacts {
  readonly bytes: number;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  readonly features: readonly string[];
}

/** A rule that a component breaks. */
export interface Violation {
  readonly rule: keyof ValidationRules;
  readonly message: string;
}

/** Checks all rules and reports every violation. A rule without a version is about every version. */
export function checkComponent(rules: ValidationRules, facts: ComponentFacts): Result<void, Violation[]> {
  const violations: Violation[] = [];
  if (facts.bytes > rules.maxBytes) {
    const message = `the component has ${facts.bytes} bytes, the policy allows ${formatBytes(rules.maxBytes)}`;
    violations.push({ rule: 'maxBytes', message });
  }
  if (facts.imports.length > rules.maxImports) {
    const message = `the component has ${facts.imports.length} imports, the policy allows ${rules.maxImports}`;
    violations.push({ rule: 'maxImports', message });
  }
  for (const name of facts.imports) {
    if (rules.allowedImports.some((glob) => matches(glob, name))) continue;
    const message = `the import ${name} matches none of ${rules.allowedImports.join(', ') || 'no allowed imports'}`;
    violations.push({ rule: 'allowedImports', message });
  }
  for (const name of rules.requiredExports) {
    if (facts.exports.some((exported) => matches(name, exported))) continue;
    violations.push({ rule: 'requiredExports', message: `the component does not export ${name}` });
  }
  for (const feature of rules.denyFeatures) {
    if (!facts.features.includes(feature)) continue;
    violations.push({ rule: 'denyFeatures', message: `the component uses ${feature}, which the policy denies` });
  }
  return violations.length === 0 ? ok(undefined) : err(violations);
}

/** The failure that callers see: the first violation in the message, all of them in `details.problems`. */
export function violationFailure(violations: readonly Violation[]): Failure {
  const [first] = violations;
  if (first === undefined) throw new Error('a component without violations has no failure');
  const message = `the policy does not admit this component: ${first.message}; change the component or the policy's validation.${first.rule}`;
  const problems = violations.map((violation) => `validation.${violation.rule}: ${violation.message}`);
  return failure('POLICY_VIOLATION', message, { rule: first.rule, problems: problems.join('\n') });
}

function matches(glob: string, name: string): boolean {
  return matchesGlob(glob, name) || matchesGlob(glob, name.replace(/@[^@]*$/, ''));
}
