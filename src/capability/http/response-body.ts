/** The body of a response on its way to the isolate: a short one as bytes, since a stream costs several messages. */

/** As much as an isolate holds of a body that it reads from a stream. */
const MAX_WHOLE_BYTES = 16 * 1024;

/** How long a short body is waited for once its head is there, in milliseconds. It mostly comes with it, to a busy thread late. */
const PATIENCE_MS = 50;

/** All of a body that is short and there, or the stream in which it comes. `length` is what its header says. */
export function bodyToPass(body: ReadableStream, length: string | null): Promise<WholeBody> | ReadableStream {
  if (length === null || !/^\d{1,5}$/.test(length)) return body;
  const bytes = Number(length);
  return bytes > MAX_WHOLE_BYTES ? body : wholeOrRest(body, bytes);
}

/** Bytes where all of them came at once; otherwise a stream which breaks off when there are fewer. */
export type WholeBody = Uint8Array<ArrayBuffer> | ReadableStream;

async function wholeOrRest(body: ReadableStream, bytes: number): Promise<WholeBody> {
  if (bytes === 0) return new Uint8Array();
  const reader = body.getReader({ mode: 'byob' });
  const first = reader.read(new Uint8Array(bytes));
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, PATIENCE_MS, undefined);
  const read = await Promise.race([first, late]).catch(() => undefined);
  clearTimeout(timer);
  if (read?.value?.length === bytes) return read.value;
  const { readable, writable } = new FixedLengthStream(bytes);
  passOn(first, reader, writable.getWriter()).catch(() => undefined);
  return readable;
}

type Piece = ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;

/** Writes what comes. One end that breaks takes the other with it. */
async function passOn(
  first: Promise<Piece>,
  reader: ReadableStreamBYOBReader,
  writer: WritableStreamDefaultWriter,
): Promise<void> {
  try {
    for (let piece = await first; !piece.done; piece = await reader.read(new Uint8Array(MAX_WHOLE_BYTES))) {
      await writer.write(piece.value);
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([writer.abort(error), reader.cancel()]);
  }
}
