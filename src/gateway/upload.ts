/**
 * Reads the three forms of an upload: the bytes themselves, a form with `component` and `policy`, or JSON that names a
 * source. Whatever it is, the component goes to R2 on the way in.
 */
import { stageUpload } from '../build/staging.ts';
import { type Failure, failure } from '../core/errors.ts';
import { err, ok, type Result } from '../core/result.ts';
import { checkLabel, type Upload } from './upload/contract.ts';
import { readForm } from './upload/form.ts';
import { readSource } from './upload/source.ts';

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

function merge(upload: Result<Upload, Failure>, labelled: { readonly label?: string }): Result<Upload, Failure> {
  return upload.ok ? ok({ ...upload.value, ...labelled }) : upload;
}
