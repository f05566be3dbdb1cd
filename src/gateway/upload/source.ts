/** The JSON form of an upload: `{source, digest?, version?, policy?, strategy?, auth?}`, fetched from an https address. */
import { z } from 'zod';
import { type Staged, stageUpload } from '../../build/staging.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_CONTROL_BODY_BYTES } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { readText } from '../request.ts';
import { checkLabel, discard, type Upload } from './contract.ts';

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

/** Fetches the component that a JSON body names, and stages it. Fails with `CONFLICT` when its digest is another. */
export async function readSource(request: Request, bucket: R2Bucket): Promise<Result<Upload, Failure>> {
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
    await discard(bucket, staged.value);
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
  const response = await reach(url, auth);
  if (response === undefined) {
    return err(
      failure('INVALID_REQUEST', 'the source cannot be reached', { field: 'source', expected: 'a reachable address' }),
    );
  }
  if (!response.ok) {
    await response.body?.cancel();
    return err(
      failure('INVALID_REQUEST', `the source answered ${response.status}`, { field: 'source', expected: '200' }),
    );
  }
  return stageUpload(bucket, response.body);
}

async function reach(url: URL, auth: string | undefined): Promise<Response | undefined> {
  try {
    return await fetch(url, {
      headers: auth === undefined ? {} : { authorization: `Bearer ${auth}` },
      signal: AbortSignal.timeout(SOURCE_TIMEOUT_MS),
    });
  } catch {
    return undefined;
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
