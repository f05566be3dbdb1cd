/** What the harness uses of the platform, captured before the lockdown takes it out of the guest glue's sight. */

const [setTimer, clearTimer, clock, generator] = [setTimeout, clearTimeout, performance, crypto];
const ByteStream = ReadableStream;

/** Longest delay that a timer can have, in milliseconds: a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `callback` once after `ms` milliseconds; the answer cancels it. */
export function startTimer(ms: number, callback: () => void): () => void {
  const timer = setTimer(callback, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
  return () => clearTimer(timer);
}

/** Milliseconds since the isolate started. On the edge it stands still while code runs. */
export function elapsedMs(): number {
  return clock.now();
}

/** The largest buffer that `crypto.getRandomValues` fills at once, in bytes. */
const RANDOM_CHUNK_BYTES = 65_536;

/** `length` bytes from the platform's secure generator. */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += RANDOM_CHUNK_BYTES) {
    generator.getRandomValues(bytes.subarray(start, start + RANDOM_CHUNK_BYTES));
  }
  return bytes;
}

/** A stream of bytes that are made as they are asked for: `pull` answers some, nothing at the end, or rejects. */
export function byteStream(
  pull: () => Promise<Uint8Array<ArrayBuffer> | undefined>,
  cancel: () => void,
): ReadableStream {
  return new ByteStream({
    type: 'bytes',
    async pull(controller) {
      const bytes = await pull();
      if (bytes !== undefined) return controller.enqueue(bytes);
      controller.close();
      // Whoever reads into a buffer of its own is told of the end when that is given back.
      if ('byobRequest' in controller) controller.byobRequest?.respond(0);
    },
    cancel,
  });
}
