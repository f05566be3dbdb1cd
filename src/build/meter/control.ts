/** The control stack of one body: which blocks are open, and what the scanner has to know again when one ends. */
import { MAX_BLOCK_DEPTH } from './limits.ts';
import type { Reader } from './reader.ts';

export const BLOCK = {
  function: 0,
  block: 1,
  loop: 2,
  if: 3,
  else: 4,
  try: 5,
  catch: 6,
  catchAll: 7,
  tryTable: 8,
} as const;

/** The mark of the innermost loop, where there is none. */
export const NO_LOOP = -1;

const PLACES = MAX_BLOCK_DEPTH + 1;

export class ControlStack {
  /** Number of open blocks around the current instruction; the function itself is at 0. */
  depth = 0;
  /** Mark of the innermost loop, and its depth. */
  loop = NO_LOOP;
  loopDepth = 0;
  readonly #kinds = new Uint8Array(PLACES);
  readonly #dominators = new Int32Array(PLACES);
  readonly #loops = new Int32Array(PLACES);
  readonly #loopDepths = new Int32Array(PLACES);
  readonly #catchCosts = new Int32Array(PLACES);

  /** Opens the function, whose first mark is `entry`. */
  reset(entry: number): void {
    this.depth = 0;
    this.loop = NO_LOOP;
    this.loopDepth = 0;
    this.#kinds[0] = BLOCK.function;
    this.#dominators[0] = entry;
    this.#loops[0] = NO_LOOP;
    this.#loopDepths[0] = 0;
    this.#catchCosts[0] = 0;
  }

  /** Opens a block in the stretch of `dominator`. */
  push(kind: number, dominator: number, reader: Reader): void {
    if (this.depth === MAX_BLOCK_DEPTH) reader.fail(`blocks are nested more than ${MAX_BLOCK_DEPTH} deep`);
    const depth = ++this.depth;
    this.#kinds[depth] = kind;
    this.#dominators[depth] = dominator;
    this.#loops[depth] = this.loop;
    this.#loopDepths[depth] = this.loopDepth;
    this.#catchCosts[depth] = 0;
  }

  /** Makes the block just opened the innermost loop. */
  enterLoop(mark: number): void {
    this.loop = mark;
    this.loopDepth = this.depth;
  }

  pop(): void {
    this.loop = this.#loops[this.depth] as number;
    this.loopDepth = this.#loopDepths[this.depth] as number;
    this.depth--;
  }

  /** Of the innermost block. */
  get kind(): number {
    return this.#kinds[this.depth] as number;
  }

  /** `else` and `catch` go on with the block of `if` and `try` as another kind. */
  become(kind: number): void {
    this.#kinds[this.depth] = kind;
  }

  /** The mark that was current when the innermost block began: it dominates what follows the block. */
  get dominator(): number {
    return this.#dominators[this.depth] as number;
  }

  /** What an exception that lands behind the innermost block costs. */
  get catchCost(): number {
    return this.#catchCosts[this.depth] as number;
  }

  /** Kind of the block that label `label` means. */
  kindAt(label: number): number {
    return this.#kinds[this.depth - label] as number;
  }

  /** Notes that a catch clause lands at `label`. */
  addCatch(label: number, cost: number): void {
    const place = this.depth - label;
    this.#catchCosts[place] = Math.max(this.#catchCosts[place] as number, cost);
  }

  /** The first mark of the loop at `label`. It is the innermost loop of the blocks directly within. */
  loopAt(label: number): number {
    const place = this.depth - label;
    return place === this.depth ? this.loop : (this.#loops[place + 1] as number);
  }

  /** Labels above this one reach beyond the innermost loop. */
  get innerLabels(): number {
    return this.depth - this.loopDepth;
  }
}
