/** PURE: why a request came to nothing. The platform says it in texts alone, and not in many (docs/platform-notes.md). */
import type { HttpErrorCode } from './contract.ts';

/** Something that the platform cannot do, or that went wrong in it. */
export function internalError(text: string): HttpErrorCode {
  return { tag: 'internal-error', val: text };
}

const TEXTS: readonly (readonly [text: RegExp, code: HttpErrorCode])[] = [
  [/certificate/i, { tag: 'TLS-certificate-error' }],
  [/timed out|timeout/i, { tag: 'connection-timeout' }],
  [/^internal error/i, { tag: 'DNS-error', val: {} }],
  [/connection lost|connection refused|disconnected/i, { tag: 'destination-unavailable' }],
  [/invalid HTTP method|method/i, { tag: 'HTTP-request-method-invalid' }],
];

/** The `error-code` of what `fetch` threw before there was a response. */
export function failureOf(error: unknown): HttpErrorCode {
  const text = error instanceof Error ? error.message : '';
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? internalError('the request failed');
}
