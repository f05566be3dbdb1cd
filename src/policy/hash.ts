/** A policy's identity: equal policies have equal hashes, however they were written. */

import type { Policy } from './document.ts';

/** `sha256:` and 64 hex digits over the canonical JSON of the policy. */
export async function policyHash(policy: Policy): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(policy));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** JSON without whitespace and with the keys of every object in code-unit order (RFC 8785 for our data). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
