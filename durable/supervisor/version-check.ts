/** Pure: may this version run under this policy? */
import { componentNotFound, type Failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { checkComponent, DENY_ALL, type Policy, violationFailure } from '../../src/policy/index.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { ComponentRecord, PresentRecord, VersionRecord } from './record.ts';

/** The policy's validation rules, applied to what the build found out. */
export function checkVersion(version: VersionRecord, { policy }: PolicyInForce): Failure | undefined {
  const checked = checkComponent(policy.validation, {
    bytes: version.bytes,
    imports: checkedImports(version, policy),
    exports: version.exports,
    features: version.features,
  });
  return checked.ok ? undefined : violationFailure(checked.error);
}

/** What other components provide is bound by name in the policy, which is enough where it leaves its default for imports. */
function checkedImports({ imports, componentImports }: VersionRecord, { validation }: Policy): string[] {
  const names = imports.map(({ name }) => name);
  if (validation.allowedImports.join() !== DENY_ALL.validation.allowedImports.join()) return names;
  const bound = new Set(componentImports.map((each) => each.interface));
  return names.filter((name) => !bound.has(name));
}

/** The record of a component that is there. */
export function presentRecord(record: ComponentRecord | undefined): Result<PresentRecord, Failure> {
  return record?.presence === 'present' ? ok(record) : err(componentNotFound());
}
