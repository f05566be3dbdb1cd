/** Pure: may this version run under this policy? */
import { componentNotFound, type Failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { checkComponent, violationFailure } from '../../src/policy/index.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { ComponentRecord, PresentRecord, VersionRecord } from './record.ts';

/** The policy's validation rules, applied to what the build found out. */
export function checkVersion(version: VersionRecord, { policy }: PolicyInForce): Failure | undefined {
  const checked = checkComponent(policy.validation, {
    bytes: version.bytes,
    imports: version.imports.map(({ name }) => name),
    exports: version.exports,
    features: version.features,
  });
  return checked.ok ? undefined : violationFailure(checked.error);
}

/** The record of a component that is there. */
export function presentRecord(record: ComponentRecord | undefined): Result<PresentRecord, Failure> {
  return record?.presence === 'present' ? ok(record) : err(componentNotFound());
}
