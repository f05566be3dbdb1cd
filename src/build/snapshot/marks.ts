/** Which instructions of a module write to its memory, in order of position: parallel arrays, since there can be a million. */

/** What a mark stands for. Stores are told apart by the type of the value that is stored. */
export const WRITE = {
  i32: 0,
  i64: 1,
  f32: 2,
  f64: 3,
  v128: 4,
  memoryInit: 5,
  memoryCopy: 6,
  memoryFill: 7,
} as const;

const FIRST_CAPACITY = 1024;

export class WriteMarks {
  kinds = new Uint8Array(FIRST_CAPACITY);
  positions = new Uint32Array(FIRST_CAPACITY);
  /** Of stores: what is added to the address. */
  offsets = new Uint32Array(FIRST_CAPACITY);
  count = 0;

  add(kind: number, position: number, offset: number): void {
    if (this.count === this.kinds.length) this.#grow();
    const index = this.count++;
    this.kinds[index] = kind;
    this.positions[index] = position;
    this.offsets[index] = offset;
  }

  #grow(): void {
    const size = this.count * 2;
    const [kinds, positions, offsets] = [new Uint8Array(size), new Uint32Array(size), new Uint32Array(size)];
    kinds.set(this.kinds);
    positions.set(this.positions);
    offsets.set(this.offsets);
    this.kinds = kinds;
    this.positions = positions;
    this.offsets = offsets;
  }
}
