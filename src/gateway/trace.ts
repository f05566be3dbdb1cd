/** W3C trace context: an incoming `traceparent` is continued with a span of our own. */

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZERO = /^0+$/;

/** The `traceparent` of the answer; undefined when there is none to continue. */
export function continueTrace(incoming: string | undefined, random: Uint8Array): string | undefined {
  const [, trace, parent, flags] = TRACEPARENT.exec(incoming ?? '') ?? [];
  if (trace === undefined || parent === undefined || ZERO.test(trace) || ZERO.test(parent)) return undefined;
  const span = Array.from(random.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${trace}-${span}-${flags}`;
}
