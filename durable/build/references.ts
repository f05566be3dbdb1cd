/** Pure decisions of a build object: what its references ask for. */
import type { ReferenceKey } from './contract.ts';

/** A stored version's hold on the bytes; provisional until its supervisor confirms it. */
export interface Reference extends ReferenceKey {
  readonly confirmed: boolean;
  /** Time of the reference, in milliseconds since the epoch. */
  readonly since: number;
}

/** Time after which a provisional reference is checked with its supervisor, in milliseconds. */
export const PROVISIONAL_MS = 3_600_000;

export type ReferenceDecision =
  /** Nothing refers to the bytes: delete them. */
  | { readonly kind: 'collect' }
  /** Ask the supervisors of these whether they know them. */
  | { readonly kind: 'check'; readonly due: readonly ReferenceKey[] }
  /** Look again at `at` (milliseconds since the epoch). */
  | { readonly kind: 'wait'; readonly at: number }
  | { readonly kind: 'keep' };

export function decideReferences(references: readonly Reference[], now: number): ReferenceDecision {
  if (references.length === 0) return { kind: 'collect' };
  const provisional = references.filter(({ confirmed }) => !confirmed);
  const due = provisional.filter(({ since }) => since + PROVISIONAL_MS <= now);
  if (due.length > 0) return { kind: 'check', due: due.map(({ component, reference }) => ({ component, reference })) };
  if (provisional.length > 0) {
    return { kind: 'wait', at: Math.min(...provisional.map(({ since }) => since + PROVISIONAL_MS)) };
  }
  return { kind: 'keep' };
}
