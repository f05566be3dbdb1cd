/** A strict cursor over untrusted wasm bytes: every read is bounded, every LEB128 is one that the format allows. */

/** Why a core module is not taken. `offset` is a byte position in that module. */
export class MeterError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const NAMES = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  position: number;
  /** First position that may not be read: the end of the section or body in hand. */
  end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  fail(message: string, offset = this.position): never {
    throw new MeterError(message, offset);
  }

  byte(): number {
    if (this.position >= this.end) this.fail('unexpected end');
    return this.bytes[this.position++] as number;
  }

  /** The next byte, left where it is. */
  peek(): number {
    if (this.position >= this.end) this.fail('unexpected end');
    return this.bytes[this.position] as number;
  }

  skip(count: number): void {
    if (count > this.end - this.position) this.fail('unexpected end');
    this.position += count;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longU32(first);
  }

  #longU32(first: number): number {
    const start = this.position - 1;
    let value = first & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) break;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.fail('a number is longer than 32 bits', start);
  }

  /** Unsigned LEB128 of at most 64 bits, as a number: exact up to 2^53, and only compared with limits far below. */
  u64(): number {
    const start = this.position;
    let value = 0;
    let factor = 1;
    for (let index = 0; index < 10; index++) {
      const byte = this.byte();
      if (index === 9 && byte > 0x01) break;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return value;
    }
    return this.fail('a number is longer than 64 bits', start);
  }

  /** Passes over a signed LEB128 of at most 32 bits. */
  s32(): void {
    if (this.byte() >= 0x80) this.#longSigned(5, 0x78, 32);
  }

  /** Passes over a signed LEB128 of at most 64 bits. */
  s64(): void {
    if (this.byte() >= 0x80) this.#longSigned(10, 0x7f, 64);
  }

  /** In its last possible byte a number has only its sign left: the bits of `sign` are all set or all clear. */
  #longSigned(maxBytes: number, sign: number, bits: number): void {
    const start = this.position - 1;
    for (let index = 1; index < maxBytes; index++) {
      const byte = this.byte();
      if (byte >= 0x80) continue;
      const rest = byte & sign;
      if (index === maxBytes - 1 && rest !== 0 && rest !== sign) break;
      return;
    }
    this.fail(`a number is longer than ${bits} bits`, start);
  }

  /** An index into a space of `limit` entries. */
  index(limit: number, what: string): number {
    const start = this.position;
    const value = this.u32();
    if (value >= limit) this.fail(`unknown ${what} ${value}`, start);
    return value;
  }

  /** A count of items that take at least `minBytes` each: a count that cannot fit is refused before it is used. */
  count(what: string, minBytes = 1): number {
    const start = this.position;
    const count = this.u32();
    if (count * minBytes > this.end - this.position) this.fail(`more ${what} than bytes`, start);
    return count;
  }

  name(): string {
    const start = this.position;
    const length = this.count('name bytes');
    const bytes = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    try {
      return NAMES.decode(bytes);
    } catch {
      return this.fail('a name is not UTF-8', start);
    }
  }
}
