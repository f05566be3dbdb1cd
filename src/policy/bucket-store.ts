/** PURE: where a bucket is kept, which a policy says once for all accesses to it. */
import type { KeyValueRule, KeyValueStore } from './document.ts';
import { prefixMatcher } from './names.ts';

/**
 * What the first allow rule about the bucket says, whatever access that rule is for: reads must find what writes wrote. A
 * bucket that only a grant at run time names is `durable`.
 */
export function bucketStore(allow: readonly KeyValueRule[], bucket: string): KeyValueStore {
  return allow.find((rule) => prefixMatcher(rule.bucket)(bucket))?.store ?? 'durable';
}
