/** Where a body is changed, in order of position: parallel arrays, because a large function has a hundred thousand. */

export const MARK = {
  /** Start of the function; `amount` is its first stretch. */
  entry: 0,
  /** A `loop`; `amount` is its first stretch, paid at each turn. */
  loop: 1,
  /** Start of a stretch; `amount` is 0 when another one pays for it. */
  stretch: 2,
  /** `end` of a loop: `loop` is its mark. */
  loopEnd: 3,
  /** An instruction whose labels reach beyond `loop`; those above `amount` do. */
  branch: 4,
  /** `return`, at nesting `amount`, inside of `loop` or of none (-1). */
  return: 5,
  /** A call or a throw: what the counter owes is paid before it, since the frame may not come back. */
  settle: 6,
  /** A tail call: what was paid ahead is given back before it. */
  tailCall: 7,
  /** A bulk instruction; `amount` is the number of the helper (`HELPER`) that charges its operand. */
  operand: 8,
  /** An instruction that grows a memory or a table; `amount` is the number of the added function that takes its place. */
  grow: 9,
  /** The last `end`. */
  end: 10,
} as const;

/** What is known of a mark once its loop or its stretch was read. `checks`: the balance is looked at where it begins. */
export const FLAG = { hasLoop: 1, hasCall: 2, checks: 4 } as const;

/** A loop with one of these has something in it that forbids to put a second one around it. */
export const NOT_INNERMOST = FLAG.hasLoop | FLAG.hasCall;

const FIRST_CAPACITY = 1024;

export class Marks {
  kinds = new Uint8Array(FIRST_CAPACITY);
  positions = new Uint32Array(FIRST_CAPACITY);
  amounts = new Int32Array(FIRST_CAPACITY);
  loops = new Int32Array(FIRST_CAPACITY);
  /** Bits of `FLAG`. */
  flags = new Uint8Array(FIRST_CAPACITY);
  /** Of stretches: which mark pays for it, and how much that one pays for code that may not run. */
  payers = new Int32Array(FIRST_CAPACITY);
  folded = new Int32Array(FIRST_CAPACITY);
  /** Of stretches: what the function cost, up to the last look at the balance that comes before their end for sure. */
  seen = new Float64Array(FIRST_CAPACITY);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(kind: number, position: number, amount: number, loop: number): number {
    if (this.count === this.kinds.length) this.#grow();
    const index = this.count++;
    this.kinds[index] = kind;
    this.positions[index] = position;
    this.amounts[index] = amount;
    this.loops[index] = loop;
    this.flags[index] = 0;
    this.payers[index] = index;
    this.folded[index] = 0;
    return index;
  }

  #grow(): void {
    const size = this.count * 2;
    this.kinds = copied(this.kinds, new Uint8Array(size));
    this.positions = copied(this.positions, new Uint32Array(size));
    this.amounts = copied(this.amounts, new Int32Array(size));
    this.loops = copied(this.loops, new Int32Array(size));
    this.flags = copied(this.flags, new Uint8Array(size));
    this.payers = copied(this.payers, new Int32Array(size));
    this.folded = copied(this.folded, new Int32Array(size));
    this.seen = copied(this.seen, new Float64Array(size));
  }
}

function copied<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
