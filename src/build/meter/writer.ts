/** A growing byte buffer with the encodings and the few instructions that metering writes. */
import { OP } from './opcodes.ts';

export class Writer {
  #bytes: Uint8Array;
  #length = 0;
  #unlikely: number[] = [];

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far; shares memory with the writer. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #ensure(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length + (this.#bytes.length >> 2) + 1024));
    larger.set(this.bytes());
    this.#bytes = larger;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#ensure(1);
    this.#bytes[this.#length++] = value;
  }

  raw(bytes: ArrayLike<number>): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Copies `source[from..to)`. Short runs are copied by hand: a `subarray` costs more than they do. */
  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.#ensure(count);
    if (count > 64) this.#bytes.set(source.subarray(from, to), this.#length);
    else for (let index = 0; index < count; index++) this.#bytes[this.#length + index] = source[from + index] as number;
    this.#length += count;
  }

  /** Puts bytes before what was written from `at` on. */
  insert(at: number, bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.copyWithin(at + bytes.length, at, this.#length);
    this.#bytes.set(bytes, at);
    this.#length += bytes.length;
  }

  /** Unsigned LEB128 of a non-negative safe integer. */
  unsigned(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** A name: length and ASCII text. */
  name(text: string): void {
    this.unsigned(text.length);
    for (let index = 0; index < text.length; index++) this.byte(text.charCodeAt(index));
  }

  /**
   * A run that is preceded by its length, which is written with five bytes so that it can be filled in afterwards. Answers
   * where the run begins.
   */
  sized(write: () => void): number {
    this.#ensure(5);
    const at = this.#length;
    this.#length += 5;
    write();
    let rest = this.#length - at - 5;
    for (let index = 0; index < 5; index++) {
      this.#bytes[at + index] = (rest & 0x7f) | (index < 4 ? 0x80 : 0);
      rest >>>= 7;
    }
    return at + 5;
  }

  /** An instruction with one index. */
  indexed(op: number, index: number): void {
    this.byte(op);
    this.unsigned(index);
  }

  /** A branch that is hardly ever taken, `if` or `br_if`: its opcode, and that it is one. */
  unlikely(op: number): void {
    this.#unlikely.push(this.#length);
    this.byte(op);
  }

  /** Positions of the branches written by `unlikely` since the last time. */
  takeUnlikely(): readonly number[] {
    const taken = this.#unlikely;
    if (taken.length > 0) this.#unlikely = [];
    return taken;
  }

  i32Const(value: number): void {
    this.byte(OP.i32Const);
    this.signed(value);
  }
}
