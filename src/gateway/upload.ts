/**
 * Reads the three forms of an upload: the bytes themselves, a form with `component` and `policy`, or JSON that names a
 * source. Whatever it is, the component goes to R2 on the way in.
 */
import { z } from 'zod';
import { type Staged, stageUpload } from '../build/staging.ts';
import { type Failure, failure } from '../core/errors.ts';
import { MAX_COMPONENT_BYTES, MAX_CONTROL_BODY_BYTES, MAX_POLICY_BYTES } from '../core/limits.ts';
import { VERSION_LABEL } from '../core/names.ts';
import { err, ok, type Result } from '../core/result.ts';
import { readText } from './request.ts';

export interface Upload extends Staged {
  readonly source: string;
  readonly label?: string;
  readonly policyText?: string;
}

/** Room for a form's boundaries and headers, in bytes. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** Time for fetching a source, in milliseconds: 16 MiB at 300 KB/s. */
const SOURCE_TIMEOUT_MS = 60_000;

const sourceSchema = z.strictObject({
  source: z.string(),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  version: z.string().optional(),
  policy: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  strategy: z.literal('immediate').optional(),
  auth: z.string().optional(),
});

export async function readUpload(
  request: Request,
  bucket: R2Bucket,
  label: string | undefined,
): Promise<Result<Upload, Failure>> {
  const checked = checkLabel(label);
  if (!checked.ok) return checked;
  const labelled = label === undefined ? {} : { label };
  const type = (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  switch (type) {
    case 'multipart/form-data':
      return merge(await readForm(request, bucket), labelled);
    case 'application/json':
      return merge(await readSource(request, bucket), labelled);
    case 'application/wasm':
    case 'application/octet-stream':
    case '': {
      const staged = await stageUpload(bucket, request.body);
      return merge(staged.ok ? ok({ ...staged.value, source: 'upload' }) : staged, labelled);
    }
    default:
      return err(
        failure('INVALID_REQUEST', `cannot read a component from ${JSON.stringify(type)}`, {
          field: 'content-type',
          expected: 'application/wasm, multipart/form-data or application/json',
        }),
      );
  }
}

function checkLabel(label: string | undefined): Result<void, Failure> {
  if (label === undefined || VERSION_LABEL.test(label)) return ok(undefined);
  return err(
    failure('INVALID_REQUEST', `${JSON.stringify(label.slice(0, 80))} is not a version label`, {
      field: 'version',
      expected: 'a letter or digit, then at most 63 letters, digits, dots, underscores and hyphens',
    }),
  );
}

function merge(upload: Result<Upload, Failure>, labelled: { readonly label?: string }): Result<Upload, Failure> {
  return upload.ok ? ok({ ...upload.value, ...labelled }) : upload;
}

async function readForm(request: Request, bucket: R2Bucket): Promise<Result<Upload, Failure>> {
  const limit = MAX_COMPONENT_BYTES + MAX_POLICY_BYTES + FORM_OVERHEAD_BYTES;
  if (Number(request.headers.get('content-length') ?? 0) > limit) return err(formTooLarge(limit));
  let form: FormData;
  let seen = 0;
  try {
    const counted = request.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          seen += chunk.byteLength;
          if (seen > limit) controller.error(new Error('form too large'));
          else controller.enqueue(chunk);
        },
      }),
    );
    form = await new Response(counted ?? null, {
      headers: { 'content-type': request.headers.get('content-type') ?? '' },
    }).formData();
  } catch {
    if (seen > limit) return err(formTooLarge(limit));
    return err(
      failure('INVALID_REQUEST', 'the form cannot be read, or it ended before its end: send it again', {
        field: 'body',
        expected: 'multipart/form-data with the parts component and policy',
      }),
    );
  }
  for (const name of form.keys()) {
    if (name !== 'component' && name !== 'policy') {
      return err(
        failure('INVALID_REQUEST', `unknown part ${JSON.stringify(name.slice(0, 80))}`, {
          field: name.slice(0, 80),
          expected: 'component, policy',
        }),
      );
    }
  }
  const component = form.get('component');
  if (!(component instanceof File)) {
    return err(
      failure('INVALID_REQUEST', 'the form has no file part named component', {
        field: 'component',
        expected: 'a file',
      }),
    );
  }
  const policy = form.get('policy');
  const policyText = policy instanceof File ? await policy.text() : policy;
  const staged = await stageUpload(bucket, component.stream());
  if (!staged.ok) return staged;
  return ok({ ...staged.value, source: 'upload', ...(policyText === null ? {} : { policyText }) });
}

async function readSource(request: Request, bucket: R2Bucket): Promise<Result<Upload, Failure>> {
  const text = await readText(request, MAX_CONTROL_BODY_BYTES);
  if (!text.ok) return text;
  const parsed = sourceSchema.safeParse(parseJson(text.value));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(
      failure(
        'INVALID_REQUEST',
        `the request is not {source, digest?, version?, policy?, strategy?, auth?}: ${issue?.message ?? ''}`,
        {
          field: issue?.path.join('.') ?? '',
          expected: issue?.message ?? '',
        },
      ),
    );
  }
  const { source, digest, version, policy, auth } = parsed.data;
  const checked = checkLabel(version);
  if (!checked.ok) return checked;
  const staged = await fetchSource(source, auth, bucket);
  if (!staged.ok) return staged;
  if (digest !== undefined && digest !== staged.value.digest) {
    await bucket.delete(staged.value.key);
    return err(
      failure('CONFLICT', 'the source has another digest than the one that was asked for', {
        asked: digest,
        found: staged.value.digest,
      }),
    );
  }
  return ok({
    ...staged.value,
    source: withoutCredentials(source),
    ...(version === undefined ? {} : { label: version }),
    ...(policy === undefined ? {} : { policyText: typeof policy === 'string' ? policy : JSON.stringify(policy) }),
  });
}

async function fetchSource(
  source: string,
  auth: string | undefined,
  bucket: R2Bucket,
): Promise<Result<Staged, Failure>> {
  const url = URL.parse(source);
  if (url?.protocol !== 'https:') {
    return err(
      failure('INVALID_REQUEST', 'the source is not an https:// address; oci:// is not supported yet', {
        field: 'source',
        expected: 'https://…',
      }),
    );
  }
  try {
    const response = await fetch(url, {
      headers: auth === undefined ? {} : { authorization: `Bearer ${auth}` },
      signal: AbortSignal.timeout(SOURCE_TIMEOUT_MS),
    });
    if (!response.ok) {
      return err(
        failure('INVALID_REQUEST', `the source answered ${response.status}`, { field: 'source', expected: '200' }),
      );
    }
    return await stageUpload(bucket, response.body);
  } catch {
    return err(
      failure('INVALID_REQUEST', 'the source cannot be reached', { field: 'source', expected: 'a reachable address' }),
    );
  }
}

function withoutCredentials(source: string): string {
  const url = new URL(source);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function formTooLarge(maxBytes: number): Failure {
  return failure('TOO_LARGE', `the form is larger than ${maxBytes} bytes: make the component smaller`, {
    maxBytes: String(maxBytes),
  });
}
