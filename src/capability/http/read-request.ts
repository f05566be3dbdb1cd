/** PURE: what an isolate sends as a request, checked again: nothing that an isolate has checked counts. */
import { isFieldValue, isForbiddenField, TOKEN } from '../../core/http-fields.ts';
import { BYTES_PER_FIELD, MAX_FIELDS_BYTES } from '../../core/limits.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import type { HttpField, HttpRequest, HttpRequestBody } from './contract.ts';

/** Fields of a request: no more fit into their bytes. */
const MAX_FIELDS = MAX_FIELDS_BYTES / BYTES_PER_FIELD;

const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'method',
  'scheme',
  'authority',
  'path',
  'headers',
  'contentLength',
] satisfies (keyof HttpRequest)[]);

/** The request, or undefined for what is none. By hand, for it is read each time. */
export function readRequest(asked: unknown): HttpRequest | undefined {
  const fields = ownFields(asked);
  for (const name of fields.keys()) if (!FIELDS.has(name)) return undefined;
  const [id, method, scheme] = [fields.get('id'), fields.get('method'), fields.get('scheme')];
  const [authority, path, contentLength] = [fields.get('authority'), fields.get('path'), fields.get('contentLength')];
  const headers = readFields(fields.get('headers'));
  if (!isCount(id) || typeof method !== 'string' || !TOKEN.test(method)) return undefined;
  if ((scheme !== 'http' && scheme !== 'https') || typeof authority !== 'string') return undefined;
  if (typeof path !== 'string' || !path.startsWith('/') || headers === undefined) return undefined;
  const request: HttpRequest = { id, method, scheme, authority, path, headers };
  if (contentLength === undefined) return request;
  return isCount(contentLength) ? { ...request, contentLength } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readFields(given: unknown): HttpField[] | undefined {
  if (!Array.isArray(given) || given.length > MAX_FIELDS) return undefined;
  const fields: HttpField[] = [];
  for (const each of given) {
    const field = readField(each);
    if (field === undefined) return undefined;
    fields.push(field);
  }
  return fields;
}

/** `content-length` is the platform's to write, so that it is what the body has. */
function readField(given: unknown): HttpField | undefined {
  if (!Array.isArray(given) || given.length !== 2) return undefined;
  const [name, value]: unknown[] = given;
  if (typeof name !== 'string' || !TOKEN.test(name)) return undefined;
  if (isForbiddenField(name) || name.toLowerCase() === 'content-length') return undefined;
  if (typeof value !== 'string' || value.length > MAX_FIELDS_BYTES || !isFieldValue(value)) return undefined;
  return [name, value];
}

/** The body, or none for what is none. */
export function readBody(given: unknown): HttpRequestBody {
  if (given instanceof ReadableStream) return given;
  // What comes over RPC has a buffer of its own.
  return given instanceof Uint8Array ? new Uint8Array(given) : undefined;
}
