/** What a client asks to grant or revoke, checked: untrusted JSON in, capability and permissions out. */
import { type Failure, failure } from '../core/errors.ts';
import { MAX_RUNTIME_GRANTS } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CapabilityName } from './access.ts';
import { CAPABILITIES } from './capabilities.ts';
import { nearest } from './nearest.ts';
import { nearestForm, permissionForms, readPermission } from './permission.ts';
import { shown } from './units.ts';

/** Permissions of one capability, each in its one spelling and once. */
export interface GrantRequest {
  readonly capability: CapabilityName;
  readonly permissions: readonly string[];
}

/** A capability by name; `INVALID_REQUEST` says what was meant. */
export function readCapability(given: unknown): Result<CapabilityName, Failure> {
  const known = CAPABILITIES.find((name) => name === given);
  if (known !== undefined) return ok(known);
  const meant = typeof given === 'string' ? nearest(given, CAPABILITIES) : undefined;
  return refuse('capability', `${shown(given)} is not a capability`, meant, CAPABILITIES.join(', '));
}

/** `{capability, permissions}`; `INVALID_REQUEST` names the field, what was expected and, where it can be told, what was meant. */
export function readGrantRequest(given: unknown): Result<GrantRequest, Failure> {
  const shape = '{"capability": "keyvalue", "permissions": ["kv:read:cache"]}';
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return refuse('body', 'the body is not a grant', undefined, shape);
  }
  const fields = new Map<string, unknown>(Object.entries(given));
  const unknown = [...fields.keys()].find((name) => name !== 'capability' && name !== 'permissions');
  if (unknown !== undefined) {
    const meant = nearest(unknown, ['capability', 'permissions']);
    return refuse(unknown.slice(0, 80), `a grant has no field ${shown(unknown)}`, meant, shape);
  }
  const capability = readCapability(fields.get('capability'));
  if (!capability.ok) return capability;
  const asked = fields.get('permissions');
  if (!Array.isArray(asked) || asked.length === 0 || asked.length > MAX_RUNTIME_GRANTS) {
    const expected = `a list of 1 to ${MAX_RUNTIME_GRANTS} of ${permissionForms(capability.value).join(', ')}`;
    return refuse('permissions', 'permissions is not a list of permission strings', undefined, expected);
  }
  const texts = new Set<string>();
  for (const [index, text] of asked.entries()) {
    const read = readOf(capability.value, text, `permissions[${index}]`);
    if (!read.ok) return read;
    texts.add(read.value);
  }
  return ok({ capability: capability.value, permissions: [...texts] });
}

function readOf(capability: CapabilityName, given: unknown, field: string): Result<string, Failure> {
  const expected = permissionForms(capability).join(', ');
  const read = readPermission(given);
  if (!read.ok) return refuse(field, read.error, typeof given === 'string' ? nearestForm(given) : undefined, expected);
  if (read.value.capability === capability) return ok(read.value.text);
  const why = `${shown(given)} is a permission of ${read.value.capability}, not of ${capability}`;
  return refuse(field, why, undefined, expected);
}

function refuse(field: string, why: string, meant: string | undefined, expected: string): Result<never, Failure> {
  const details = { field, expected, ...(meant === undefined ? {} : { nearest: meant }) };
  return err(failure('INVALID_REQUEST', `${why}${meant === undefined ? '' : `: did you mean ${meant}?`}`, details));
}
