/** PURE: fields of HTTP messages as a guest may send them: their syntax, and the names that only the platform writes. */

/** Field names and methods: `token` of RFC 9110, section 5.6.2. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * What belongs to one hop of a connection, which is the host's (RFC 9110, section 7.6.1), what routes a request, and what
 * proxies say about who sent it.
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'cdn-loop',
  'connection',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'true-client-ip',
  'upgrade',
  'x-real-ip',
]);

/** Whole families of them: proxies' own, the edge's, the platform's. */
const FORBIDDEN_PREFIXES = ['cf-', 'proxy-', 'sec-websocket-', 'x-forwarded-', 'x-skerry-'];

/** Whether a guest may not write the field `name`, in whatever case. */
export function isForbiddenField(name: string): boolean {
  const lower = name.toLowerCase();
  return FORBIDDEN.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** A field value has no control characters except tabs (RFC 9110, section 5.5): none that ends a line, above all. */
export function isFieldValue(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}
