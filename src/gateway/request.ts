/** Reads the parts of a request that clients get wrong: names, pages, bodies. */
import { type Failure, failure } from '../core/errors.ts';
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS } from '../core/limits.ts';
import { COMPONENT_NAME } from '../core/names.ts';
import type { PageRequest } from '../core/page.ts';
import { err, ok, type Result } from '../core/result.ts';

export function readName(
  name: string | undefined,
  what: 'component' | 'template' = 'component',
): Result<string, Failure> {
  if (name !== undefined && COMPONENT_NAME.test(name)) return ok(name);
  return err(
    failure('INVALID_REQUEST', `${JSON.stringify((name ?? '').slice(0, 80))} is not a ${what} name`, {
      field: 'name',
      expected: 'a lower-case letter, then at most 62 lower-case letters, digits and hyphens',
    }),
  );
}

/** `?limit=` (1 to 500) and `?cursor=`; `cursorPattern` says what a cursor of this list looks like. */
export function readPage(
  query: { readonly limit?: string | undefined; readonly cursor?: string | undefined },
  cursorPattern: RegExp,
): Result<PageRequest, Failure> {
  const limit = query.limit === undefined ? DEFAULT_PAGE_ITEMS : Number(query.limit);
  if (!/^\d{1,3}$/.test(query.limit ?? '1') || limit < 1 || limit > MAX_PAGE_ITEMS) {
    return err(
      failure('INVALID_REQUEST', `limit is not a number from 1 to ${MAX_PAGE_ITEMS}`, {
        field: 'limit',
        expected: `1 to ${MAX_PAGE_ITEMS}`,
      }),
    );
  }
  if (query.cursor === undefined) return ok({ limit });
  if (!cursorPattern.test(query.cursor)) {
    return err(
      failure('INVALID_REQUEST', 'cursor is not one that this list gave out', {
        field: 'cursor',
        expected: 'the `next` of the page before',
      }),
    );
  }
  return ok({ limit, cursor: query.cursor });
}

/** The whole body, at most `maxBytes`; `TOO_LARGE` beyond, `INVALID_REQUEST` when the client stops half-way. */
export async function readBody(request: Request, maxBytes: number): Promise<Result<ArrayBuffer, Failure>> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > maxBytes) return err(bodyTooLarge(maxBytes));
  try {
    // With an announced length the platform takes no byte more than that.
    if (announced !== null || request.body === null) return ok(await request.arrayBuffer());
    return await readChunks(request.body, maxBytes);
  } catch {
    return err(failure('INVALID_REQUEST', 'the body ended before its end: send it again'));
  }
}

/** As `readBody`, decoded as UTF-8. */
export async function readText(request: Request, maxBytes: number): Promise<Result<string, Failure>> {
  const body = await readBody(request, maxBytes);
  if (!body.ok) return body;
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body.value));
  } catch {
    return err(failure('INVALID_REQUEST', 'the body is not UTF-8 text', { field: 'body', expected: 'UTF-8' }));
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Result<ArrayBuffer, Failure>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return err(bodyTooLarge(maxBytes));
    chunks.push(chunk);
  }
  return ok(await new Blob(chunks).arrayBuffer());
}

function bodyTooLarge(maxBytes: number): Failure {
  return failure('TOO_LARGE', `the body is larger than ${maxBytes} bytes: send less`, { maxBytes: String(maxBytes) });
}
