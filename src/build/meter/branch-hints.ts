/**
 * Tells the compiler which branches are hardly ever taken: those to the slow path of a check. It then keeps that path, and
 * what has to be saved around it, out of the way. Source: the branch hinting proposal of WebAssembly.
 */
import { SECTION } from './sections.ts';
import type { Writer } from './writer.ts';

const NAME = 'metadata.code.branch_hint';
const UNLIKELY = 0;

export class BranchHints {
  readonly #functions: { readonly index: number; readonly offsets: readonly number[] }[] = [];

  /** Notes the branches of a function; `start` is where its locals are declared, which is what offsets count from. */
  add(index: number, start: number, branches: readonly number[]): void {
    if (branches.length > 0) this.#functions.push({ index, offsets: branches.map((position) => position - start) });
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
