/** Writes metered function bodies: the old code in runs, with charges between them. */
import { ENTRY_ADVANCE } from './cost.ts';
import { type Additions, HELPER } from './helpers.ts';
import type { ModuleLayout } from './layout.ts';
import { MARK, type Marks, NOT_INNERMOST } from './marks.ts';
import { NO_TYPE, OP } from './opcodes.ts';
import { Reader } from './reader.ts';
import type { Body } from './scan.ts';
import { readBlockType } from './types.ts';
import type { Writer } from './writer.ts';

const I32 = 0x7f;

/**
 * A function without loops pays from the global at its entry and at the stretches that pay for themselves, and looks at
 * it at its entry and after each `CHECK_EVERY` units.
 *
 * One with loops pays an advance at its entry and counts in a local, which starts at minus the advance: the global is
 * not touched in its loops until the local is above zero, and then the next advance is paid. What is left of an advance
 * goes back to the global where the function is left. So a charge is always made before the work, and a frame that an
 * exception unwinds has paid too much, never too little. Its body is put in a block, so that `return` can be a branch.
 *
 * A loop without loops and calls inside of it is put in a second one that pays the advance: it has no call in it.
 */
export class BodyEmitter {
  readonly #out: Writer;
  readonly #additions: Additions;
  readonly #source: Reader;
  readonly #types: number;
  readonly #marks: Marks;

  constructor(out: Writer, additions: Additions, layout: ModuleLayout, marks: Marks) {
    this.#out = out;
    this.#additions = additions;
    this.#source = new Reader(layout.bytes);
    this.#types = layout.types.length;
    this.#marks = marks;
  }

  /** Writes a body with its size; answers where it begins. `type` is that of the function, a free one has no charge. */
  write(body: Body, type: number, isFree: boolean): number {
    return this.#out.sized(() => {
      if (body.hasLoop) this.#counting(body, type);
      else if (isFree) this.#free(body);
      else this.#plain(body);
    });
  }

  #free(body: Body): void {
    this.#out.unsigned(body.groups);
    this.#out.copy(this.#source.bytes, body.groupsStart, body.end);
  }

  #plain(body: Body): void {
    const out = this.#out;
    const { kinds, positions, amounts, flags, count } = this.#marks;
    const bytes = this.#source.bytes;
    const balance = this.#addLocal(body);
    let from = body.code;
    for (let mark = 0; mark < count; mark++) {
      const amount = amounts[mark] as number;
      const kind = kinds[mark];
      const isChecked = kind === MARK.entry || (kind === MARK.stretch && flags[mark] !== 0);
      const isCharge = kind === MARK.stretch && amount > 0;
      if (!isChecked && !isCharge && kind !== MARK.operand && kind !== MARK.grow) continue;
      const position = positions[mark] as number;
      out.copy(bytes, from, position);
      from = position;
      if (kind === MARK.operand) this.#callAdded(amount);
      else if (kind === MARK.grow) from = this.#grow(amount, position);
      else if (isChecked) this.#additions.writeCheckedCharge(out, amount, balance);
      else this.#additions.writeCharge(out, amount);
    }
    out.copy(bytes, from, body.end);
  }

  /** Writes the locals with an i32 more; answers its index. */
  #addLocal(body: Body): number {
    this.#out.unsigned(body.groups + 1);
    this.#out.copy(this.#source.bytes, body.groupsStart, body.code);
    this.#out.raw([1, I32]);
    return body.locals;
  }

  #counting(body: Body, type: number): void {
    const out = this.#out;
    const { kinds, positions, amounts, flags, count } = this.#marks;
    const bytes = this.#source.bytes;
    const counter = this.#addLocal(body);
    let from = body.code;
    for (let mark = 0; mark < count; mark++) {
      const kind = kinds[mark];
      const amount = amounts[mark] as number;
      const position = positions[mark] as number;
      if (kind === MARK.stretch && amount === 0 && flags[mark] === 0) continue;
      out.copy(bytes, from, position);
      from = position;
      switch (kind) {
        case MARK.entry:
          this.#additions.writeCheckedCharge(out, amount + ENTRY_ADVANCE, counter);
          out.i32Const(-ENTRY_ADVANCE);
          out.indexed(OP.localSet, counter);
          out.byte(OP.block);
          this.#additions.writeBlockType(out, type);
          break;
        case MARK.stretch:
          this.#count(counter, amount);
          out.indexed(OP.localSet, counter);
          if (flags[mark] !== 0) this.#payIfDue(counter);
          break;
        case MARK.loop:
          from = this.#loop(mark, position, counter, amount);
          break;
        case MARK.loopEnd:
          if (this.#isInnermost(mark)) out.byte(OP.end);
          break;
        case MARK.branch:
          if (this.#isInnermost(mark)) from = this.#relabel(position, amount);
          break;
        case MARK.return:
          out.indexed(OP.br, amount + (this.#isInnermost(mark) ? 1 : 0));
          from = position + 1;
          break;
        case MARK.settle:
          this.#payIfDue(counter);
          break;
        case MARK.tailCall:
          this.#additions.writeChargeLocal(out, counter);
          break;
        case MARK.operand:
          this.#callAdded(amount);
          break;
        case MARK.grow:
          from = this.#grow(amount, position);
          break;
        case MARK.end:
          out.byte(OP.end);
          this.#additions.writeChargeLocal(out, counter);
          break;
      }
    }
    out.copy(bytes, from, body.end);
  }

  /** Whether the loop that a mark is in, or ends, is one that a second loop is put around. */
  #isInnermost(mark: number): boolean {
    const loop = this.#marks.loops[mark] as number;
    return loop >= 0 && this.#isInner(loop);
  }

  #isInner(loop: number): boolean {
    return ((this.#marks.flags[loop] as number) & NOT_INNERMOST) === 0;
  }

  /** `counter + amount` */
  #count(counter: number, amount: number): void {
    this.#out.indexed(OP.localGet, counter);
    this.#out.i32Const(amount);
    this.#out.byte(OP.i32Add);
  }

  /** Writes the start of the loop at `position`; answers where its code begins. */
  #loop(mark: number, position: number, counter: number, amount: number): number {
    const out = this.#out;
    const bytes = this.#source.bytes;
    const code = this.#afterBlockType(position);
    out.copy(bytes, position, code);
    if (this.#isInner(mark)) {
      this.#payIfDue(counter);
      out.copy(bytes, position, code);
      this.#isDue(counter);
      out.unlikely(OP.brIf);
      out.unsigned(1);
      this.#count(counter, amount);
      out.indexed(OP.localSet, counter);
    } else {
      this.#count(counter, amount);
      out.indexed(OP.localSet, counter);
      this.#payIfDue(counter);
    }
    return code;
  }

  /** `counter > 0` */
  #isDue(counter: number): void {
    this.#out.indexed(OP.localGet, counter);
    this.#out.i32Const(0);
    this.#out.byte(OP.i32GtS);
  }

  /** `if (counter > 0) counter = advance(counter)` */
  #payIfDue(counter: number): void {
    const out = this.#out;
    this.#isDue(counter);
    out.unlikely(OP.if);
    out.byte(NO_TYPE);
    out.indexed(OP.localGet, counter);
    out.indexed(OP.call, this.#additions.helper(HELPER.advance));
    out.indexed(OP.localSet, counter);
    out.byte(OP.end);
  }

  #afterBlockType(position: number): number {
    this.#source.position = position + 1;
    readBlockType(this.#source, this.#types, new Set());
    return this.#source.position;
  }

  #callAdded(number: number): void {
    this.#out.indexed(OP.call, this.#additions.helper(number));
  }

  /** A call in place of the instruction at `position`, which is `memory.grow` or `table.grow`; answers its end. */
  #grow(number: number, position: number): number {
    this.#callAdded(number);
    const source = this.#source;
    source.position = position;
    if (source.byte() === OP.miscPrefix) source.u32();
    source.u32();
    return source.position;
  }

  /** Copies an instruction with labels, of which those above `inner` now have one more block in between. Answers its end. */
  #relabel(position: number, inner: number): number {
    const out = this.#out;
    const source = this.#source;
    source.position = position;
    const op = source.byte();
    out.byte(op);
    const label = (): void => {
      const old = source.u32();
      out.unsigned(old > inner ? old + 1 : old);
    };
    if (op === OP.brTable) {
      const targets = source.u32();
      out.unsigned(targets);
      for (let left = targets + 1; left > 0; left--) label();
    } else if (op === OP.tryTable) {
      const typeStart = source.position;
      readBlockType(source, this.#types, new Set());
      out.copy(source.bytes, typeStart, source.position);
      const clauses = source.u32();
      out.unsigned(clauses);
      for (let left = clauses; left > 0; left--) {
        const kind = source.byte();
        out.byte(kind);
        if (kind < 2) out.unsigned(source.u32());
        label();
      }
    } else label();
    return source.position;
  }
}
