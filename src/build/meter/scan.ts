/** Reads function bodies once: checks their structure and marks where fuel is charged. Nothing is copied here. */
import { BLOCK, ControlStack, NO_LOOP } from './control.ts';
import {
  CALL_COST,
  CATCH_ALL_COST,
  CATCH_COST,
  IMPORT_CALL_COST,
  INDIRECT_CALL_COST,
  VECTOR_ACCESS_WEIGHT,
  VECTOR_DIVISION_WEIGHT,
  WEIGHTS,
} from './cost.ts';
import type { FreeFunctions } from './free.ts';
import { growMemory, growTable, HELPER } from './helpers.ts';
import type { ModuleLayout } from './layout.ts';
import { MAX_BODY_BYTES, MAX_BRANCH_TARGETS } from './limits.ts';
import { type Locals, readLocals } from './locals.ts';
import { FLAG, MARK, type Marks } from './marks.ts';
import { IMMEDIATE, IMMEDIATES, MISC, OP } from './opcodes.ts';
import { readOperands, VECTOR_ACCESS, VECTOR_DIVISION } from './operands.ts';
import type { Reader } from './reader.ts';
import { Stretches } from './stretches.ts';
import { readBlockType } from './types.ts';

/** One body: where its locals and its code are. Its marks are those of the scanner until the next body is read. */
export interface Body extends Locals {
  readonly code: number;
  readonly end: number;
  readonly hasLoop: boolean;
}

export class BodyScanner {
  readonly #reader: Reader;
  readonly #layout: ModuleLayout;
  readonly #free: FreeFunctions;
  readonly #marks: Marks;
  readonly #control = new ControlStack();
  readonly #stretches: Stretches;
  #locals = 0;
  #hasLoop = false;

  constructor(reader: Reader, layout: ModuleLayout, free: FreeFunctions, marks: Marks) {
    this.#reader = reader;
    this.#layout = layout;
    this.#free = free;
    this.#marks = marks;
    this.#stretches = new Stretches(reader, marks);
  }

  /** Reads the body at the reader's position: its size, its locals, its code. */
  scan(params: number): Body {
    const reader = this.#reader;
    const sectionEnd = reader.end;
    const size = reader.count('body bytes');
    if (size > MAX_BODY_BYTES) reader.fail(`a function body has ${size} bytes, the most is ${MAX_BODY_BYTES}`);
    const end = reader.position + size;
    reader.end = end;
    const locals = readLocals(reader, this.#layout, params);
    const code = reader.position;
    this.#locals = locals.locals;
    this.#hasLoop = false;
    this.#control.reset(this.#stretches.enter(code));
    this.#code();
    reader.end = sectionEnd;
    return { ...locals, code, end, hasLoop: this.#hasLoop };
  }

  #code(): void {
    const reader = this.#reader;
    const layout = this.#layout;
    const locals = this.#locals;
    const stretches = this.#stretches;
    for (;;) {
      const at = reader.position;
      const op = reader.byte();
      stretches.cost += WEIGHTS[op] as number;
      if (IMMEDIATES[op] !== IMMEDIATE.special) {
        const priced = readOperands(reader, layout, locals, op, at);
        if (priced >= 0) this.#bulk(priced, at);
        else if (priced === VECTOR_ACCESS) stretches.cost += VECTOR_ACCESS_WEIGHT;
        else if (priced === VECTOR_DIVISION) stretches.cost += VECTOR_DIVISION_WEIGHT;
      } else if (this.#special(op, at)) {
        if (reader.position !== reader.end) reader.fail('code follows the end of a function', at);
        return;
      }
    }
  }

  /** Answers true at the end of the function. */
  #special(op: number, at: number): boolean {
    const reader = this.#reader;
    const control = this.#control;
    switch (op) {
      case OP.block:
        this.#blockType();
        control.push(BLOCK.block, this.#stretches.current, reader);
        return false;
      case OP.loop:
        this.#loop(at);
        return false;
      case OP.if:
        this.#blockType();
        control.push(BLOCK.if, this.#stretches.current, reader);
        this.#begin(this.#stretches.current, 0);
        return false;
      case OP.else:
        if (control.kind !== BLOCK.if) reader.fail('an else without an if', at);
        control.become(BLOCK.else);
        this.#begin(control.dominator, 0);
        return false;
      case OP.br:
        this.#branch(at, this.#label());
        return false;
      case OP.brIf:
      case OP.brOnNull:
      case OP.brOnNonNull:
        this.#branch(at, this.#label());
        this.#begin(this.#stretches.current, 0);
        return false;
      case OP.brTable: {
        const targets = reader.count('branch targets');
        if (targets > MAX_BRANCH_TARGETS) reader.fail(`more than ${MAX_BRANCH_TARGETS} branch targets`, at);
        let farthest = 0;
        for (let left = targets + 1; left > 0; left--) farthest = Math.max(farthest, this.#label());
        this.#branch(at, farthest);
        return false;
      }
      case OP.return:
        this.#marks.add(MARK.return, at, control.depth, control.loop);
        return false;
      case OP.end:
        return this.#end(at);
      case OP.call:
      case OP.returnCall:
        this.#call(op, at);
        return false;
      case OP.callIndirect:
      case OP.returnCallIndirect:
        reader.index(this.#layout.types.length, 'type');
        reader.index(this.#layout.tables.length, 'table');
        this.#indirectCall(op === OP.returnCallIndirect, at);
        return false;
      case OP.callRef:
      case OP.returnCallRef:
        reader.index(this.#layout.types.length, 'type');
        this.#layout.features.add('function-references');
        this.#indirectCall(op === OP.returnCallRef, at);
        return false;
      case OP.memoryGrow:
        this.#grow(growMemory(reader.index(this.#layout.memories.length, 'memory')), at);
        return false;
      default:
        this.#exception(op, at);
        return false;
    }
  }

  /** Exceptions, new and old. */
  #exception(op: number, at: number): void {
    const reader = this.#reader;
    const control = this.#control;
    const isNew = op === OP.throw || op === OP.throwRef || op === OP.tryTable;
    this.#layout.features.add(isNew ? 'exceptions' : 'legacy-exceptions');
    switch (op) {
      case OP.throw:
        reader.index(this.#layout.tags, 'tag');
        this.#stretches.settle(at);
        return;
      case OP.throwRef:
        this.#stretches.settle(at);
        return;
      case OP.tryTable:
        this.#tryTable(at);
        return;
      case OP.try:
        this.#blockType();
        control.push(BLOCK.try, this.#stretches.current, reader);
        return;
      case OP.catch:
        if (control.kind !== BLOCK.try && control.kind !== BLOCK.catch) reader.fail('a catch without a try', at);
        reader.index(this.#layout.tags, 'tag');
        control.become(BLOCK.catch);
        this.#begin(control.dominator, CATCH_COST);
        return;
      case OP.catchAll:
        if (control.kind !== BLOCK.try && control.kind !== BLOCK.catch) reader.fail('a catch_all without a try', at);
        control.become(BLOCK.catchAll);
        this.#begin(control.dominator, CATCH_ALL_COST);
        return;
      case OP.rethrow: {
        const label = this.#label();
        const kind = control.kindAt(label);
        if (kind !== BLOCK.catch && kind !== BLOCK.catchAll) reader.fail('a rethrow outside of a catch', at);
        this.#stretches.settle(at);
        this.#branch(at, label);
        return;
      }
      case OP.delegate: {
        if (control.kind !== BLOCK.try) reader.fail('a delegate without a try', at);
        const { dominator, catchCost } = control;
        control.pop();
        this.#branch(at, this.#label());
        this.#begin(dominator, catchCost);
        return;
      }
      default:
        reader.fail(`unknown instruction 0x${op.toString(16)}`, at);
    }
  }

  #blockType(): void {
    readBlockType(this.#reader, this.#layout.types.length, this.#layout.features);
  }

  #label(): number {
    return this.#reader.index(this.#control.depth + 1, 'label');
  }

  /** Marks an instruction that has a label beyond the innermost loop: a block may be put around that loop. */
  #branch(at: number, label: number): void {
    const { loop, innerLabels } = this.#control;
    if (loop !== NO_LOOP && label > innerLabels) this.#marks.add(MARK.branch, at, innerLabels, loop);
  }

  #begin(dominator: number, cost: number): void {
    this.#stretches.begin(dominator, cost, this.#control.loop);
  }

  #loop(at: number): void {
    const control = this.#control;
    this.#blockType();
    if (control.loop !== NO_LOOP) this.#flag(FLAG.hasLoop);
    control.push(BLOCK.loop, this.#stretches.current, this.#reader);
    control.enterLoop(this.#stretches.beginLoop(at));
    this.#hasLoop = true;
  }

  #flag(flag: number): void {
    const { loop } = this.#control;
    if (loop !== NO_LOOP) this.#marks.flags[loop] = (this.#marks.flags[loop] as number) | flag;
  }

  #end(at: number): boolean {
    const control = this.#control;
    if (control.depth === 0) {
      this.#stretches.close();
      this.#marks.add(MARK.end, at, 0, NO_LOOP);
      return true;
    }
    const { kind, dominator, catchCost, loop } = control;
    control.pop();
    if (kind === BLOCK.loop) this.#marks.add(MARK.loopEnd, at, 0, loop);
    this.#begin(dominator, catchCost);
    return false;
  }

  #call(op: number, at: number): void {
    const callee = this.#reader.index(this.#layout.functions.length, 'function');
    const free = this.#free.costOf(callee);
    this.#stretches.cost += callee < this.#layout.importedFunctions ? IMPORT_CALL_COST : CALL_COST + Math.max(free, 0);
    this.#settleForCall(at);
    if (op === OP.returnCall) this.#tailCall(at);
  }

  #indirectCall(isTailCall: boolean, at: number): void {
    this.#stretches.cost += INDIRECT_CALL_COST;
    this.#settleForCall(at);
    if (isTailCall) this.#tailCall(at);
  }

  /** A loop with a call pays when it turns, so that its first stretch owes nothing. */
  #settleForCall(at: number): void {
    this.#flag(FLAG.hasCall);
    if (!this.#stretches.isLoopStart) this.#stretches.settle(at);
  }

  #tailCall(at: number): void {
    this.#layout.features.add('tail-call');
    this.#marks.add(MARK.tailCall, at, 0, NO_LOOP);
  }

  /** An operand on top of the stack says what the instruction costs: a helper charges it. */
  #operand(helper: number, at: number): void {
    this.#flag(FLAG.hasCall);
    this.#marks.add(MARK.operand, at, helper, NO_LOOP);
  }

  /** The added function asks the host before it grows. */
  #grow(number: number, at: number): void {
    this.#flag(FLAG.hasCall);
    this.#marks.add(MARK.grow, at, number, NO_LOOP);
  }

  /** A `0xfc` instruction with a length. Its first index is that of the segment or of the destination. */
  #bulk(sub: number, at: number): void {
    const reader = this.#reader;
    const layout = this.#layout;
    const memory = (): boolean => layout.memories[reader.index(layout.memories.length, 'memory')]?.is64 ?? false;
    const table = (): boolean => layout.tables[reader.index(layout.tables.length, 'table')]?.is64 ?? false;
    let is64 = false;
    let helper: number = HELPER.bytes32;
    switch (sub) {
      case MISC.memoryInit:
        reader.index(layout.dataSegments, 'data segment');
        memory();
        break;
      case MISC.memoryFill:
        is64 = memory();
        break;
      case MISC.memoryCopy: {
        const [to, from] = [memory(), memory()];
        is64 = to && from;
        break;
      }
      case MISC.tableInit:
        reader.index(layout.elements, 'element segment');
        table();
        helper = HELPER.elements32;
        break;
      case MISC.tableCopy: {
        const [to, from] = [table(), table()];
        is64 = to && from;
        helper = HELPER.elements32;
        break;
      }
      case MISC.tableGrow:
        this.#grow(growTable(layout, reader.index(layout.tables.length, 'table')), at);
        return;
      case MISC.tableFill:
        is64 = table();
        helper = HELPER.elements32;
        break;
      default:
        reader.fail(`unknown instruction 0xfc ${sub}`, at);
    }
    // The helper of 64-bit operands follows that of 32-bit ones.
    this.#operand(is64 ? helper + 1 : helper, at);
  }

  #tryTable(at: number): void {
    const reader = this.#reader;
    const control = this.#control;
    this.#blockType();
    let farthest = 0;
    for (let left = reader.count('catch clauses', 2); left > 0; left--) {
      const kind = reader.byte();
      if (kind > 3) reader.fail('a catch clause of an unknown kind', reader.position - 1);
      if (kind < 2) reader.index(this.#layout.tags, 'tag');
      const label = this.#label();
      farthest = Math.max(farthest, label);
      this.#catchAt(label, kind < 2 ? CATCH_COST : CATCH_ALL_COST);
    }
    this.#branch(at, farthest);
    control.push(BLOCK.tryTable, this.#stretches.current, reader);
  }

  /** Who lands at a loop pays at each of its turns, who leaves the function has paid at its entry. */
  #catchAt(label: number, cost: number): void {
    const control = this.#control;
    const kind = control.kindAt(label);
    if (kind === BLOCK.loop) this.#stretches.pay(control.loopAt(label), cost);
    else if (kind === BLOCK.function) this.#stretches.pay(0, cost);
    else control.addCatch(label, cost);
  }
}
