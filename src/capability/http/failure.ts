/** PURE: why a request came to nothing. The platform says it in texts alone, and not in many (docs/platform-notes.md). */
import type { HttpErrorCode } from './contract.ts';

/** Something that the platform cannot do, or that went wrong in it. */
export function internalError(text: string): HttpErrorCode {
  return { tag: 'internal-error', val: text };
}

const TEXTS: readonly (readonly [text: RegExp, code: HttpErrorCode])[] = [
  [/certificate/i, { tag: 'TLS-certificate-error' }],
  [/timed out|timeout/i, { tag: 'connection-timeout' }],
  [/connection lost|connection refused|disconnected/i, { tag: 'destination-unavailable' }],
  [/HTTP method/i, { tag: 'HTTP-request-method-invalid' }],
];

/** The `error-code` of what `fetch` threw for `url` before there was a response. */
export function failureOf(error: unknown, url: URL): HttpErrorCode {
  const text = error instanceof Error ? error.message : '';
  // The two things that can fail there: a name that nobody knows, and a handshake. With https and a name it may be either.
  if (/^internal error/i.test(text)) {
    if (url.protocol === 'http:') return { tag: 'DNS-error', val: {} };
    return isLiteral(url.hostname) ? { tag: 'TLS-protocol-error' } : { tag: 'destination-unavailable' };
  }
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? internalError('the request failed');
}

function isLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
}
