/** A response of another host as the isolate gets it. */
import { BYTES_PER_FIELD, MAX_FIELDS_BYTES } from '../../core/limits.ts';
import type { HttpAnswer, HttpField } from './contract.ts';
import { bodyToPass } from './response-body.ts';

/** What one connection says of itself (RFC 9110, section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the platform undoes by itself when it hands out a body. */
const DECODED: ReadonlySet<string> = new Set(['br', 'gzip']);

/** The head of a response to a request of `method`, with its body. */
export async function readResponse(response: Response, method: string): Promise<HttpAnswer> {
  const isDecoded = DECODED.has(response.headers.get('content-encoding')?.trim().toLowerCase() ?? '');
  const headers = fieldsOf(response.headers, isDecoded);
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + BYTES_PER_FIELD, 0);
  if (bytes > MAX_FIELDS_BYTES || response.webSocket !== null) {
    response.body?.cancel().catch(() => undefined);
    return {
      kind: 'failed',
      code:
        bytes > MAX_FIELDS_BYTES
          ? { tag: 'HTTP-response-header-section-size', val: bytes }
          : { tag: 'HTTP-upgrade-failed' },
    };
  }
  const { status, body } = response;
  if (body === null) return { kind: 'response', status, headers };
  // The length of what was decoded is another one, and the answer to a `HEAD` tells that of another body.
  if (isDecoded || method === 'HEAD') return { kind: 'response', status, headers, body };
  const passed = bodyToPass(body, response.headers.get('content-length'));
  return { kind: 'response', status, headers, body: passed instanceof Promise ? await passed : passed };
}

/** Fields of the message; a body that was decoded is no longer as they said. */
function fieldsOf(headers: Headers, isDecoded: boolean): HttpField[] {
  const fields: HttpField[] = [];
  // Each `set-cookie` comes by itself; the values of all other names come as one.
  for (const [name, value] of headers) {
    if (HOP_BY_HOP.has(name)) continue;
    if (isDecoded && (name === 'content-encoding' || name === 'content-length')) continue;
    fields.push([name, value]);
  }
  return fields;
}
