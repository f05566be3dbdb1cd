/** Pure: what a grant, a revoke and a reset at run time make of a component's record. */
import { type Failure, failure } from '../../src/core/errors.ts';
import type { FactBody } from '../../src/core/facts.ts';
import { MAX_RUNTIME_GRANTS } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { type CapabilityName, type GrantRequest, POLICY_ALONE, readPermission } from '../../src/policy/index.ts';
import type { PresentRecord } from './record.ts';
import type { Change } from './transitions.ts';

/** What holds for a capability that was reset. */
const RESET = 'the policy alone';

/** Adds permissions; those that are there already change nothing. A revoke stays: only what is granted is allowed. */
export function granted(
  record: PresentRecord,
  { capability, permissions }: GrantRequest,
): Result<Change<PresentRecord>, Failure> {
  const added = permissions.filter((permission) => !record.runtime.granted.includes(permission));
  if (added.length === 0) return ok({ record, facts: [] });
  const all = [...record.runtime.granted, ...added];
  if (all.length > MAX_RUNTIME_GRANTS) {
    const expected = `at most ${MAX_RUNTIME_GRANTS} for a component: use a wider permission, or the policy`;
    return err(
      failure('INVALID_REQUEST', `the component would hold ${all.length} permissions by grants, ${expected}`, {
        field: 'permissions',
        expected,
      }),
    );
  }
  const rule = added.map((permission) => `grant ${permission}`).join(', ');
  return ok({
    record: { ...record, number: record.number + 1, runtime: { ...record.runtime, granted: all } },
    facts: [{ type: 'CapabilityGranted', capability, permissions: added, rule }],
  });
}

/** Takes a capability away: what was granted of it is gone, and the policy's allow rules for it are out of force. */
export function revoked(record: PresentRecord, capability: CapabilityName): Change<PresentRecord> {
  const { runtime, number } = record;
  const gone = runtime.granted.filter((permission) => isOf(capability, permission));
  if (gone.length === 0 && runtime.revoked.includes(capability)) return { record, facts: [] };
  const kept = runtime.granted.filter((permission) => !isOf(capability, permission));
  const masked = [...new Set([...runtime.revoked, capability])];
  return {
    record: { ...record, number: number + 1, runtime: { granted: kept, revoked: masked } },
    facts: [{ type: 'CapabilityRevoked', capability, permissions: gone, rule: `revoked ${capability}` }],
  };
}

/** Back to what the policy says, for every capability. */
export function reset(record: PresentRecord): Change<PresentRecord> {
  const { granted: grants, revoked: masked } = record.runtime;
  if (grants.length === 0 && masked.length === 0) return { record, facts: [] };
  const capabilities = new Set<CapabilityName>(masked);
  for (const permission of grants) {
    const read = readPermission(permission);
    if (read.ok) capabilities.add(read.value.capability);
  }
  const facts = [...capabilities].map((capability): FactBody => {
    const gone = grants.filter((permission) => isOf(capability, permission));
    // A capability that was revoked gets its policy's rules back; one that was only granted loses the grants.
    const type = masked.includes(capability) ? 'CapabilityGranted' : 'CapabilityRevoked';
    return { type, capability, permissions: masked.includes(capability) ? [] : gone, rule: RESET };
  });
  return { record: { ...record, number: record.number + 1, runtime: POLICY_ALONE }, facts };
}

function isOf(capability: CapabilityName, permission: string): boolean {
  const read = readPermission(permission);
  return read.ok && read.value.capability === capability;
}
