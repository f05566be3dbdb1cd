/**
 * The form of an upload: parts `component` (a file) and `policy` (a file or text), in any order. The component flows
 * into R2 as it arrives; a form that turns out bad afterwards takes it out again.
 */
import { type Staged, stageUpload } from '../../build/staging.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_COMPONENT_BYTES, MAX_POLICY_BYTES } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type MultipartEvent, MultipartParser } from '../multipart.ts';
import { boundaryOf } from '../multipart-header.ts';
import { discard, type Upload } from './contract.ts';

/** Room for a form's boundaries, headers and what is around them, in bytes. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

const MAX_FORM_BYTES = MAX_COMPONENT_BYTES + MAX_POLICY_BYTES + FORM_OVERHEAD_BYTES;

/** What a form's bytes say, or why they were not read to their end: then nothing follows. */
type FormEvent =
  | Exclude<MultipartEvent, { readonly kind: 'malformed' }>
  | { readonly kind: 'failed'; readonly failure: Failure };

type FormEvents = AsyncGenerator<FormEvent, void>;

/** The parts so far. */
interface Parts {
  component?: Staged;
  policyText?: string;
}

export async function readForm(request: Request, bucket: R2Bucket): Promise<Result<Upload, Failure>> {
  const boundary = boundaryOf(request.headers.get('content-type') ?? '');
  if (boundary === undefined) {
    return err(
      failure('INVALID_REQUEST', 'the content type names no boundary that can be used', {
        field: 'content-type',
        expected: 'multipart/form-data; boundary=…',
      }),
    );
  }
  if (Number(request.headers.get('content-length') ?? 0) > MAX_FORM_BYTES) return err(formTooLarge());
  const events = formEvents(request.body, boundary);
  const parts: Parts = {};
  let accepted = false;
  try {
    const refused = await collect(events, bucket, parts);
    if (refused !== undefined) return err(refused);
    const { component, policyText } = parts;
    if (component === undefined) return err(noComponent('the form has no part named component'));
    accepted = true;
    return ok({ ...component, source: 'upload', ...(policyText === undefined ? {} : { policyText }) });
  } finally {
    await events.return();
    if (!accepted && parts.component !== undefined) await discard(bucket, parts.component);
  }
}

/** Reads `body` into events, at most `MAX_FORM_BYTES` of it. */
async function* formEvents(body: ReadableStream<Uint8Array> | null, boundary: string): FormEvents {
  const parser = new MultipartParser(boundary);
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_FORM_BYTES) return yield { kind: 'failed', failure: formTooLarge() };
      for (const event of parser.push(chunk)) yield readable(event);
    }
  } catch (error) {
    console.warn({ message: 'form ended early', error: String(error) });
    return yield { kind: 'failed', failure: malformed('it ended before its end') };
  }
  for (const event of parser.end()) yield readable(event);
}

function readable(event: MultipartEvent): FormEvent {
  return event.kind === 'malformed' ? { kind: 'failed', failure: malformed(event.reason) } : event;
}

/** Takes every part into `parts`; the failure that the form is refused with, if any. */
async function collect(events: FormEvents, bucket: R2Bucket, parts: Parts): Promise<Failure | undefined> {
  for (let next = await events.next(); !next.done; next = await events.next()) {
    const event = next.value;
    if (event.kind === 'failed') return event.failure;
    if (event.kind !== 'part') continue;
    const refused =
      event.name === 'component'
        ? await takeComponent(event.file, events, bucket, parts)
        : event.name === 'policy'
          ? await takePolicy(events, parts)
          : unknownPart(event.name);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

async function takeComponent(
  isFile: boolean,
  events: FormEvents,
  bucket: R2Bucket,
  parts: Parts,
): Promise<Failure | undefined> {
  if (parts.component !== undefined) return duplicate('component');
  if (!isFile) return noComponent('the part component is text and not a file: with curl, -F component=@file');
  let broken: Failure | undefined;
  const bytes = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value: event } = await events.next();
        if (event?.kind === 'data') {
          controller.enqueue(event.bytes);
        } else if (event?.kind === 'end') {
          controller.close();
        } else {
          broken = event?.kind === 'failed' ? event.failure : malformed('it ended before its end');
          controller.error(new Error(broken.message));
        }
      },
    },
    // Nothing is read ahead: what follows the part is not the part's to take.
    { highWaterMark: 0 },
  );
  const staged = await stageUpload(bucket, bytes);
  if (staged.ok) parts.component = staged.value;
  return broken ?? (staged.ok ? undefined : staged.error);
}

async function takePolicy(events: FormEvents, parts: Parts): Promise<Failure | undefined> {
  if (parts.policyText !== undefined) return duplicate('policy');
  // Streaming, so that a chunk may end inside a character. Undecoded bytes are not kept.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let text = '';
  let bytes = 0;
  for (;;) {
    const { value: event } = await events.next();
    if (event?.kind === 'failed') return event.failure;
    const chunk = event?.kind === 'data' ? event.bytes : new Uint8Array();
    bytes += chunk.byteLength;
    if (bytes > MAX_POLICY_BYTES) return policyTooLarge();
    try {
      text += decoder.decode(chunk, { stream: event?.kind === 'data' });
    } catch {
      return failure('INVALID_REQUEST', 'the part policy is not UTF-8 text', { field: 'policy', expected: 'UTF-8' });
    }
    if (event?.kind !== 'data') break;
  }
  parts.policyText = text;
  return undefined;
}

function malformed(reason: string): Failure {
  return failure('INVALID_REQUEST', `the form cannot be read: ${reason}`, {
    field: 'body',
    expected: 'multipart/form-data with the parts component and policy',
  });
}

function unknownPart(name: string): Failure {
  return failure('INVALID_REQUEST', `unknown part ${JSON.stringify(name.slice(0, 80))}`, {
    field: name.slice(0, 80),
    expected: 'component, policy',
  });
}

function duplicate(name: string): Failure {
  return failure('INVALID_REQUEST', `the part ${name} is there twice: send it once`, {
    field: name,
    expected: 'one part',
  });
}

function noComponent(message: string): Failure {
  return failure('INVALID_REQUEST', message, { field: 'component', expected: 'a file' });
}

function policyTooLarge(): Failure {
  return failure('TOO_LARGE', `the policy is larger than ${MAX_POLICY_BYTES} bytes: make it smaller`, {
    maxBytes: String(MAX_POLICY_BYTES),
  });
}

function formTooLarge(): Failure {
  return failure('TOO_LARGE', `the form is larger than ${MAX_FORM_BYTES} bytes: make the component smaller`, {
    maxBytes: String(MAX_FORM_BYTES),
  });
}
