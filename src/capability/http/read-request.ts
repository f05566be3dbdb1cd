/** PURE: what an isolate sends as a request, checked again: nothing that an isolate has checked counts. */
import { z } from 'zod';
import { isFieldValue, isForbiddenField, TOKEN } from '../../core/http-fields.ts';
import { BYTES_PER_FIELD, MAX_FIELDS_BYTES } from '../../core/limits.ts';
import type { HttpRequest, HttpRequestBody } from './contract.ts';

/** Fields of a request: no more fit into their bytes. */
const MAX_FIELDS = MAX_FIELDS_BYTES / BYTES_PER_FIELD;

/** `content-length` is the platform's to write, so that it is what the body has. */
const fieldSchema = z.tuple([
  z
    .string()
    .regex(TOKEN)
    .refine((name) => !isForbiddenField(name) && name.toLowerCase() !== 'content-length'),
  z.string().max(MAX_FIELDS_BYTES).refine(isFieldValue),
]);

const requestSchema = z.strictObject({
  id: z.int().nonnegative(),
  method: z.string().regex(TOKEN),
  scheme: z.enum(['http', 'https']),
  authority: z.string(),
  path: z.string().startsWith('/'),
  headers: z.array(fieldSchema).max(MAX_FIELDS),
  contentLength: z.int().nonnegative().optional(),
});

/** The request, or undefined for what is none. */
export function readRequest(asked: unknown): HttpRequest | undefined {
  const { success, data } = requestSchema.safeParse(asked);
  if (!success) return undefined;
  const { contentLength, ...request } = data;
  return contentLength === undefined ? request : { ...request, contentLength };
}

/** The body, or none for what is none. */
export function readBody(given: unknown): HttpRequestBody {
  if (given instanceof ReadableStream) return given;
  // What comes over RPC has a buffer of its own.
  return given instanceof Uint8Array ? new Uint8Array(given) : undefined;
}
