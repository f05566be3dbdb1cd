/**
 * Bounds what the compilation of a function takes. V8's baseline compiler keeps a slot for each parameter, local and
 * operand. It copies them all at a block, goes through them all at a branch, and may have to look through them all for a
 * register at any instruction.
 */
import { MAX_BLOCK_DEPTH, MAX_FUNCTION_STATE } from './limits.ts';
import { OP } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { MISC_EFFECTS, STACK_EFFECTS, VECTOR_EFFECTS } from './stack-effects.ts';

const PLACES = MAX_BLOCK_DEPTH + 1;

/** Measured on Node 24, for each slot: up to 33 ns and 25 bytes at a block, 6 ns at a branch, 0.8 ns at the others. */
const BLOCK_WEIGHT = 1;
const BRANCH_WEIGHT = 1 / 4;
const INSTRUCTION_WEIGHT = 1 / 32;

/** Opcodes from here on have a sub-opcode. */
const FIRST_PREFIX = 0xfb;

/** How many operands a block takes and gives. */
export interface Arity {
  readonly params: number;
  readonly results: number;
}

/**
 * Follows the height of the operand stack through a body. It is exact where code is reached, and where it is not, at
 * least what the block began with.
 */
export class FunctionState {
  #height = 0;
  #highest = 0;
  #weight = 0;
  #depth = 0;
  #base = 0;
  readonly #bases = new Int32Array(PLACES);
  readonly #params = new Int32Array(PLACES);
  readonly #results = new Int32Array(PLACES);

  /** Begins a function. */
  reset(): void {
    this.#height = 0;
    this.#highest = 0;
    this.#weight = BLOCK_WEIGHT;
    this.#depth = 0;
    this.#base = 0;
  }

  /** An instruction that neither steers control nor calls, which has been read: its opcode starts at `at`. */
  instruction(op: number, at: number, reader: Reader): void {
    this.#weight += INSTRUCTION_WEIGHT;
    if (op < FIRST_PREFIX) {
      this.change(STACK_EFFECTS[op] as number);
      if (op === OP.unreachable) this.leave();
      return;
    }
    const { position } = reader;
    reader.position = at + 1;
    const sub = reader.u32();
    reader.position = position;
    this.change((op === OP.miscPrefix ? MISC_EFFECTS : VECTOR_EFFECTS)[sub] as number);
  }

  /** Takes operands from the stack (below 0) or puts some on it. */
  change(by: number): void {
    this.#height = Math.max(this.#height + by, this.#base);
    if (this.#height > this.#highest) this.#highest = this.#height;
  }

  /** A block begins, its operands are on the stack. */
  open({ params, results }: Arity): void {
    this.#weight += BLOCK_WEIGHT;
    const depth = ++this.#depth;
    this.#base = Math.max(this.#height - params, this.#base);
    this.#bases[depth] = this.#base;
    this.#params[depth] = params;
    this.#results[depth] = results;
  }

  /** `else`: the block begins again. */
  again(): void {
    this.#height = this.#base;
    this.change(this.#params[this.#depth] as number);
  }

  /** A catch clause of the block, which gets at most so many operands. */
  caught(operands: number): void {
    this.#height = this.#base;
    this.change(operands);
  }

  /** The block ends. */
  close(): void {
    this.#height = this.#base;
    const results = this.#results[this.#depth] as number;
    this.#depth--;
    this.#base = this.#bases[this.#depth] as number;
    this.change(results);
  }

  /** A branch with so many labels. */
  branch(labels: number): void {
    this.#weight += BRANCH_WEIGHT * labels;
  }

  /** What comes next in the block is not reached. */
  leave(): void {
    this.#height = this.#base;
  }

  /** A call that takes and gives so many operands. */
  call(operands: Arity): void {
    this.#weight += INSTRUCTION_WEIGHT;
    this.change(-operands.params);
    this.change(operands.results);
  }

  /** Metering puts so many blocks into the function. */
  added(blocks: number): void {
    this.#weight += BLOCK_WEIGHT * blocks;
  }

  /** Refuses the function that begins at `at` if its compilation takes too much. */
  check(locals: number, at: number, reader: Reader): void {
    const slots = locals + this.#highest;
    const state = Math.ceil(slots * this.#weight);
    if (state <= MAX_FUNCTION_STATE) return;
    const what = `${slots} locals and operands in as much code as ${Math.ceil(this.#weight)} blocks`;
    reader.fail(
      `a function takes too much to compile: ${what}, ${state} together, the most is ${MAX_FUNCTION_STATE}`,
      at,
    );
  }
}
