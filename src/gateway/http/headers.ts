/** Pure: which headers pass between clients and components, and what the platform puts in their place. */
import { isForbiddenField } from '../../core/http-fields.ts';
import type { HeaderField } from '../../isolate/tasks.ts';

/** What a component's request says about how it came. */
export interface Arrival {
  /** The client's address, as the platform saw it. */
  readonly address: string | undefined;
  readonly scheme: string;
  readonly host: string;
  /** What was taken off the path; empty: nothing. */
  readonly prefix: string;
  /** The platform has used what is in `authorization`. */
  readonly usedToken: boolean;
}

/** The headers of a client's request as the component sees them: nothing of one hop, of the edge, or that was ours to use. */
export function requestHeaders(headers: Headers, arrival: Arrival): HeaderField[] {
  const { address, scheme, host, prefix, usedToken } = arrival;
  // No component sets cookies on a shared host: what is there is the platform's, or of something in front of it.
  const withheld = [...(usedToken ? ['authorization'] : []), ...(prefix === '' ? [] : ['cookie'])];
  const passed: HeaderField[] = [...headers].filter(
    ([name]) => !isForbiddenField(name) && !withheld.includes(name.toLowerCase()),
  );
  return [
    ...passed,
    ...(address === undefined ? [] : [['x-forwarded-for', address] as const]),
    ['x-forwarded-proto', scheme],
    ['x-forwarded-host', host],
    ...(prefix === '' ? [] : [['x-forwarded-prefix', prefix] as const]),
  ];
}

/** What the platform says in each answer, and nobody else. */
const PLATFORM: ReadonlySet<string> = new Set(['content-length', 'server-timing', 'traceparent', 'x-request-id']);

/** What holds for all of an origin, on which others live too. */
const OF_THE_ORIGIN: ReadonlySet<string> = new Set([
  'alt-svc',
  'clear-site-data',
  'nel',
  'report-to',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
]);

/** Adds a component's headers to those of the platform. On a shared host its pages get an origin of their own. */
export function addResponseHeaders(headers: Headers, given: readonly HeaderField[], isSharedHost: boolean): void {
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (isForbiddenField(lower) || PLATFORM.has(lower)) continue;
    if (isSharedHost && OF_THE_ORIGIN.has(lower)) continue;
    headers.append(name, value);
  }
  // Beside a policy of the component's own: browsers enforce both, so that one can only take away from the other.
  if (isSharedHost) headers.append('content-security-policy', 'sandbox');
}

/** The length that a component's headers declare; undefined when they declare none. */
export function declaredLength(given: readonly HeaderField[]): number | undefined {
  const text = given.find(([name]) => name.toLowerCase() === 'content-length')?.[1].trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
