/** Pure decisions of a build object: what its references ask for. */
import type { Reference } from './store.ts';

/** Time after which a provisional reference is checked with its supervisor, in milliseconds. */
export const PROVISIONAL_MS = 3_600_000;

export type ReferenceDecision =
  /** Nothing refers to the bytes: delete them. */
  | { readonly kind: 'collect' }
  /** Ask these components whether they still refer to the digest. */
  | { readonly kind: 'check'; readonly components: readonly string[] }
  /** Look again at `at` (milliseconds since the epoch). */
  | { readonly kind: 'wait'; readonly at: number }
  | { readonly kind: 'keep' };

export function decideReferences(references: readonly Reference[], now: number): ReferenceDecision {
  if (references.length === 0) return { kind: 'collect' };
  const provisional = references.filter((reference) => !reference.confirmed);
  const due = provisional.filter((reference) => reference.since + PROVISIONAL_MS <= now);
  if (due.length > 0) return { kind: 'check', components: due.map(({ component }) => component) };
  if (provisional.length > 0) {
    return { kind: 'wait', at: Math.min(...provisional.map(({ since }) => since + PROVISIONAL_MS)) };
  }
  return { kind: 'keep' };
}
