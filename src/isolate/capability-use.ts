/** A use of a capability, and what came of it: what isolates, carriers and pool shards say to each other. Plain data. */

/** Who acts for a component outside of its isolate. */
export const PROVIDERS = [
  'keyvalue',
  'blobstore',
  'messaging',
  'filesystem',
  'config',
  'components',
  'http',
  'sockets',
] as const;

/** One word of `PROVIDERS`. */
export type ProviderName = (typeof PROVIDERS)[number];

/** One use of a capability, as the isolate asks for it. `input` is plain data that the provider checks. */
export interface CapabilityUse {
  readonly provider: ProviderName;
  readonly operation: string;
  readonly input: unknown;
}

/**
 * Why the platform refused a use: no rule allows it, the call has used up its uses, the provider is not there, or what the
 * isolate asked for makes no sense.
 */
export type UseRefusal = 'denied' | 'exhausted' | 'unavailable' | 'invalid';

/** What came of a use. Failures that belong to the capability itself (no such file) are in its `value`. */
export type CapabilityAnswer =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly reason: UseRefusal; readonly message: string };
