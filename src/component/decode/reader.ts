/** A bounds-checked cursor over untrusted bytes. Every read either succeeds inside its window or throws `Malformed`. */

/** Thrown inside the decoder only: `decodeComponent` and `rewrite` turn it into a `DecodeFailure`. */
export class Malformed extends Error {
  readonly offset: number | undefined;
  readonly stage: 'preamble' | 'decode';

  constructor(reason: string, offset?: number, stage: 'preamble' | 'decode' = 'decode') {
    super(reason);
    this.offset = offset;
    this.stage = stage;
  }
}

/** Where a length-prefixed name lies: `start` is its length prefix, `text` its first byte, `end` one past its last. */
export interface NameSpan {
  readonly start: number;
  readonly text: number;
  readonly end: number;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  fail(reason: string, offset: number = this.position): never {
    throw new Malformed(reason, offset);
  }

  peek(): number {
    const byte = this.position < this.end ? this.bytes[this.position] : undefined;
    return byte ?? this.fail('the component ends in the middle of a definition: it was cut off or damaged on its way');
  }

  byte(): number {
    const byte = this.peek();
    this.position += 1;
    return byte;
  }

  /** An unsigned LEB128 of at most 32 bits and 5 bytes. */
  u32(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      // Multiplication, not a shift: bit 31 must not turn the number negative.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) this.fail('a number is larger than 32 bits', start);
        return value;
      }
    }
    return this.fail('a number is longer than 5 bytes', start);
  }

  /** Skips an LEB128 of at most 64 bits, signed or not, whose value does not matter here. */
  skipLeb64(): void {
    const start = this.position;
    for (let length = 0; length < 10; length += 1) if (this.byte() < 0x80) return;
    this.fail('a number is longer than 10 bytes', start);
  }

  /** A count of entries, each at least `minimumBytes` long: refused when the window cannot hold so many. */
  count(what: string, minimumBytes = 1): number {
    const start = this.position;
    const count = this.u32();
    if (count * minimumBytes > this.remaining) {
      this.fail(`${count} ${what} are announced, but only ${this.remaining} bytes follow`, start);
    }
    return count;
  }

  /** Reads `count` entries with `read`. */
  vector<T>(what: string, read: () => T, minimumBytes = 1): T[] {
    const count = this.count(what, minimumBytes);
    const entries: T[] = [];
    for (let index = 0; index < count; index += 1) entries.push(read());
    return entries;
  }

  /** Passes over a length-prefixed name without decoding it. */
  nameSpan(): NameSpan {
    const start = this.position;
    const length = this.u32();
    if (length > this.remaining) this.fail('a name is longer than what follows', start);
    const text = this.position;
    this.position += length;
    return { start, text, end: this.position };
  }

  /** A length-prefixed UTF-8 name; invalid UTF-8 is refused. */
  name(): string {
    const span = this.nameSpan();
    return decodeUtf8(this.bytes, span.text, span.end);
  }

  /** A window on the next `length` bytes, which this reader passes over. */
  window(length: number, what: string): Reader {
    if (length > this.remaining) {
      this.fail(
        `${what} announces ${length} bytes, but only ${this.remaining} follow: the file was cut off or damaged`,
      );
    }
    const start = this.position;
    this.position += length;
    return new Reader(this.bytes, start, this.position);
  }

  /** Refuses bytes that a definition left over. */
  expectDone(what: string): void {
    if (!this.done) this.fail(`${what} has ${this.remaining} bytes more than its content`);
  }
}

/** Decodes a byte range as UTF-8; throws `Malformed` when it is none. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  try {
    return strictUtf8.decode(bytes.subarray(start, end));
  } catch {
    throw new Malformed('a name is not valid UTF-8', start);
  }
}
