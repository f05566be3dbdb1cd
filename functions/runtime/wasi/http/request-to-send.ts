/** PURE: a guest's request as the carrier takes it, or why it cannot be sent. */
import type { HttpField, HttpRequest, HttpRequestBody } from '../../../../src/capability/http/contract.ts';
import { isForbiddenField } from '../../../../src/core/http-fields.ts';
import { declaredLength } from './content-length.ts';
import { type ErrorCode, httpFailure, internalError } from './error-code.ts';
import type { Fields } from './fields.ts';
import { methodText } from './method.ts';
import type { RequestParts } from './outgoing-request.ts';

/** Methods whose requests the platform sends without a body. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The head of a request. Throws the `error-code` of what is wrong with it. */
export function requestToSend(parts: RequestParts, id: number): HttpRequest {
  const { scheme = { tag: 'HTTPS' }, authority, pathWithQuery = '/', headers } = parts;
  if (scheme.tag === 'other') throw httpFailure({ tag: 'HTTP-protocol-error' });
  if (authority === undefined || authority === '') throw httpFailure({ tag: 'HTTP-request-URI-invalid' });
  const path = pathWithQuery === '' || pathWithQuery.startsWith('?') ? `/${pathWithQuery}` : pathWithQuery;
  if (!path.startsWith('/')) throw httpFailure({ tag: 'HTTP-request-URI-invalid' });
  const contentLength = lengthOf(headers);
  return {
    id,
    method: methodText(parts.method),
    scheme: scheme.tag === 'HTTP' ? 'http' : 'https',
    authority,
    path,
    headers: fieldsToSend(headers),
    ...(contentLength === undefined ? {} : { contentLength: Number(contentLength) }),
  };
}

/**
 * The body of a request, whole where it is known already. Throws the `error-code` of one that cannot be sent; `onBroken` is
 * told of one that turns out to be incomplete.
 */
export function bodyToSend(
  { method, headers, body }: RequestParts,
  onBroken: (code: ErrorCode) => void,
): HttpRequestBody {
  if (body === undefined) {
    const length = declaredLength(headers) ?? 0n;
    if (length > 0n) throw httpFailure({ tag: 'HTTP-request-body-size', val: 0n });
    return undefined;
  }
  if (BODILESS.has(methodText(method))) {
    const failure = body.expectNothing();
    if (failure !== undefined) throw httpFailure(failure);
    return undefined;
  }
  const opened = body.open(onBroken);
  return opened.kind === 'bytes' ? opened.bytes : opened.stream;
}

/** The headers of a message that comes from another one may name what only the platform writes: that is left out. */
function fieldsToSend(headers: Fields): HttpField[] {
  const fields: HttpField[] = [];
  for (const [name, value] of headers.entries()) {
    if (isForbiddenField(name) || name.toLowerCase() === 'content-length') continue;
    fields.push([name, textOf(name, value)]);
  }
  return fields;
}

function textOf(name: string, value: Uint8Array): string {
  try {
    return decoder.decode(value);
  } catch {
    throw httpFailure(internalError(`the header ${name} is not UTF-8, and the platform sends no other`));
  }
}

function lengthOf(headers: Fields): bigint | undefined {
  const length = declaredLength(headers);
  // Two lengths, or one that is none, are how requests are smuggled.
  if (length === undefined && headers.has('content-length')) throw httpFailure({ tag: 'HTTP-protocol-error' });
  return length;
}
