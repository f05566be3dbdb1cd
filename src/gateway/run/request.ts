/** Pure: the body of `POST /run/{component}`. */
import { z } from 'zod';
import { type Failure, failure } from '../../core/errors.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** Arguments, and variables, of one run: each becomes values in the guest's memory, made in one piece. */
const MAX_ENTRIES = 1_000;

export interface RunRequest {
  readonly args: readonly string[];
  readonly env: readonly (readonly [key: string, value: string])[];
  readonly stdin: string;
}

const schema = z.strictObject({
  args: z.array(z.string()).max(MAX_ENTRIES).default([]),
  env: z
    .record(z.string(), z.string())
    .default({})
    .refine((env) => Object.keys(env).length <= MAX_ENTRIES, `at most ${MAX_ENTRIES} variables`),
  stdin: z.string().default(''),
});

/** An empty body stands for an object without members. */
export function readRunRequest(body: ArrayBuffer): Result<RunRequest, Failure> {
  const json = parse(body);
  if (json === undefined) return err(invalid('body', 'the body is not JSON in UTF-8'));
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return ok({ ...parsed.data, env: Object.entries(parsed.data.env) });
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.');
  return err(invalid(path === undefined || path === '' ? 'body' : path, issue?.message ?? 'the body does not fit'));
}

function parse(body: ArrayBuffer): { readonly value: unknown } | undefined {
  if (body.byteLength === 0) return { value: {} };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body)) };
  } catch {
    return undefined;
  }
}

function invalid(field: string, message: string): Failure {
  return failure('INVALID_REQUEST', message, {
    field: field.slice(0, 200),
    expected: '{"args"?: [text], "env"?: {name: text}, "stdin"?: text}',
  });
}
