/**
 * Tells the compiler which branches are hardly ever taken: those to the slow path of a check. It then keeps that path, and
 * what has to be saved around it, out of the way. Source: the branch hinting proposal of WebAssembly.
 */
import { Reader } from './reader.ts';
import { PREAMBLE_BYTES, SECTION } from './sections.ts';
import type { Writer } from './writer.ts';

const NAME = 'metadata.code.branch_hint';
const UNLIKELY = 0;

export class BranchHints {
  readonly #functions: { readonly index: number; readonly offsets: readonly number[] }[] = [];

  /** Notes the branches of a function; `start` is where its locals are declared, which is what offsets count from. */
  add(index: number, start: number, branches: readonly number[]): void {
    if (branches.length > 0) this.#functions.push({ index, offsets: branches.map((position) => position - start) });
  }

  /** The same with offsets that are known already. */
  addOffsets(index: number, offsets: readonly number[]): void {
    this.add(index, 0, offsets);
  }

  /** Writes the custom section. It has to come before the code. */
  write(out: Writer): void {
    if (this.#functions.length === 0) return;
    out.byte(SECTION.custom);
    out.sized(() => {
      out.name(NAME);
      out.unsigned(this.#functions.length);
      for (const { index, offsets } of this.#functions) {
        out.unsigned(index);
        out.unsigned(offsets.length);
        for (const offset of offsets) {
          out.unsigned(offset);
          out.raw([1, UNLIKELY]);
        }
      }
    });
  }
}

/** The offsets of a metered module's hints, by function. Empty when it has none. */
export function readBranchHints(bytes: Uint8Array): ReadonlyMap<number, readonly number[]> {
  const hints = new Map<number, readonly number[]>();
  const reader = new Reader(bytes, PREAMBLE_BYTES);
  while (reader.position < bytes.length) {
    const id = reader.byte();
    const size = reader.count('section bytes');
    const end = reader.position + size;
    if (id === SECTION.custom && reader.name() === NAME) {
      for (let left = reader.count('functions', 2); left > 0; left--) {
        const index = reader.u32();
        const offsets = Array.from({ length: reader.count('hints', 3) }, () => {
          const offset = reader.u32();
          reader.skip(2);
          return offset;
        });
        hints.set(index, offsets);
      }
    }
    reader.position = end;
  }
  return hints;
}
