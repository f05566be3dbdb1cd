/** Reads the head of an answer as an isolate hands it over: untrusted data, made into what HTTP allows or into nothing. */
import { isFieldValue, TOKEN } from '../core/http-fields.ts';
import type { HeaderField, ResponseHead } from './tasks.ts';
import { ownFields } from './untrusted.ts';

/** Fields of one response, and characters of them all: what servers commonly take, and then some. */
const MAX_FIELDS = 1_000;
const MAX_CHARACTERS = 128 * 1024;

/** Undefined for what is no head of an answer. */
export function readResponseHead(value: unknown): ResponseHead | undefined {
  const fields = ownFields(value);
  const kind = fields.get('kind');
  if (kind === 'output') return { kind };
  const status = fields.get('status');
  const headers = readHeaders(fields.get('headers'));
  if (kind !== 'http' || headers === undefined) return undefined;
  // 1xx are no answers, and 101 would be another protocol.
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) return undefined;
  return { kind, status, headers };
}

function readHeaders(value: unknown): readonly HeaderField[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_FIELDS) return undefined;
  const fields: HeaderField[] = [];
  let characters = 0;
  for (const each of value as unknown[]) {
    if (!Array.isArray(each)) return undefined;
    const [name, text] = each as unknown[];
    if (typeof name !== 'string' || typeof text !== 'string') return undefined;
    characters += name.length + text.length;
    if (characters > MAX_CHARACTERS || !TOKEN.test(name) || !isFieldValue(text)) return undefined;
    fields.push([name, text]);
  }
  return fields;
}
