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
import { type Arity, FunctionState } from './function-state.ts';
import { growMemory, growTable, HELPER } from './helpers.ts';
import type { ModuleLayout } from './layout.ts';
import { MAX_BODY_BYTES, MAX_BRANCH_TARGETS } from './limits.ts';
import { type Locals, readLocals } from './locals.ts';
import { FLAG, MARK, type Marks } from './marks.ts';
import { IMMEDIATE, IMMEDIATES, MISC, OP } from './opcodes.ts';
import { readOperands, VECTOR_ACCESS, VECTOR_DIVISION } from './operands.ts';
import type { Reader } from './reader.ts';
import { Stretches } from './stretches.ts';
import { BLOCK_TYPE, readBlockType } from './types.ts';

const NO_OPERANDS: Arity = { params: 0, results: 0 };
const ONE_RESULT: Arity = { params: 0, results: 1 };

/** Blocks that metering puts around a loop or at its start, at most. */
const LOOP_BLOCKS = 2;

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
  readonly #state = new FunctionState();
  /** No tag carries more. */
  readonly #mostParams: number;
  #locals = 0;
  #hasLoop = false;

  constructor(reader: Reader, layout: ModuleLayout, free: FreeFunctions, marks: Marks) {
    this.#reader = reader;
    this.#layout = layout;
    this.#free = free;
    this.#marks = marks;
    this.#stretches = new Stretches(reader, marks);
    this.#mostParams = layout.types.reduce((most, { params }) => Math.max(most, params), 0);
  }

  /** Reads the body at the reader's position: its size, its locals, its code. */
  scan(params: number): Body {
    const reader = this.#reader;
    const start = reader.position;
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
    this.#state.reset();
    this.#code();
    this.#state.added(this.#stretches.looks);
    this.#state.check(locals.locals, start, reader);
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
        this.#state.instruction(op, at, reader);
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
        this.#open(BLOCK.block);
        return false;
      case OP.loop:
        this.#loop(at);
        return false;
      case OP.if:
        this.#state.change(-1);
        this.#open(BLOCK.if);
        this.#begin(this.#stretches.current, 0);
        return false;
      case OP.else:
        if (control.kind !== BLOCK.if) reader.fail('an else without an if', at);
        control.become(BLOCK.else);
        this.#state.again();
        this.#begin(control.dominator, 0);
        return false;
      case OP.br:
        this.#branch(at, this.#label());
        this.#state.branch(1);
        this.#state.leave();
        return false;
      case OP.brIf:
      case OP.brOnNull:
      case OP.brOnNonNull:
        this.#branch(at, this.#label());
        this.#state.branch(1);
        if (op !== OP.brOnNull) this.#state.change(-1);
        this.#begin(this.#stretches.current, 0);
        return false;
      case OP.brTable: {
        const targets = reader.count('branch targets');
        if (targets > MAX_BRANCH_TARGETS) reader.fail(`more than ${MAX_BRANCH_TARGETS} branch targets`, at);
        let farthest = 0;
        for (let left = targets + 1; left > 0; left--) farthest = Math.max(farthest, this.#label());
        this.#branch(at, farthest);
        this.#state.branch(Math.min(targets, farthest) + 1);
        this.#state.leave();
        return false;
      }
      case OP.return:
        this.#marks.add(MARK.return, at, control.depth, control.loop);
        this.#state.branch(1);
        this.#state.leave();
        return false;
      case OP.end:
        return this.#end(at);
      case OP.call:
      case OP.returnCall:
        this.#call(op, at);
        return false;
      case OP.callIndirect:
      case OP.returnCallIndirect:
        this.#indirectCall(reader.index(this.#layout.types.length, 'type'), op === OP.returnCallIndirect, at);
        reader.index(this.#layout.tables.length, 'table');
        return false;
      case OP.callRef:
      case OP.returnCallRef:
        this.#layout.features.add('function-references');
        this.#indirectCall(reader.index(this.#layout.types.length, 'type'), op === OP.returnCallRef, at);
        return false;
      case OP.memoryGrow:
        this.#grow(growMemory(reader.index(this.#layout.memories.length, 'memory')), at);
        this.#state.call(NO_OPERANDS);
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
        this.#state.leave();
        return;
      case OP.throwRef:
        this.#stretches.settle(at);
        this.#state.leave();
        return;
      case OP.tryTable:
        this.#tryTable(at);
        return;
      case OP.try:
        this.#open(BLOCK.try);
        return;
      case OP.catch:
        if (control.kind !== BLOCK.try && control.kind !== BLOCK.catch) reader.fail('a catch without a try', at);
        reader.index(this.#layout.tags, 'tag');
        control.become(BLOCK.catch);
        this.#state.caught(this.#mostParams);
        this.#begin(control.dominator, CATCH_COST);
        return;
      case OP.catchAll:
        if (control.kind !== BLOCK.try && control.kind !== BLOCK.catch) reader.fail('a catch_all without a try', at);
        control.become(BLOCK.catchAll);
        this.#state.caught(0);
        this.#begin(control.dominator, CATCH_ALL_COST);
        return;
      case OP.rethrow: {
        const label = this.#label();
        const kind = control.kindAt(label);
        if (kind !== BLOCK.catch && kind !== BLOCK.catchAll) reader.fail('a rethrow outside of a catch', at);
        this.#stretches.settle(at);
        this.#branch(at, label);
        this.#state.leave();
        return;
      }
      case OP.delegate: {
        if (control.kind !== BLOCK.try) reader.fail('a delegate without a try', at);
        const { dominator, catchCost } = control;
        control.pop();
        this.#state.close();
        this.#branch(at, this.#label());
        this.#begin(dominator, catchCost);
        return;
      }
      default:
        reader.fail(`unknown instruction 0x${op.toString(16)}`, at);
    }
  }

  /** Reads the type of a block. */
  #blockType(): Arity {
    const { types, features } = this.#layout;
    const index = readBlockType(this.#reader, types.length, features);
    if (index === BLOCK_TYPE.empty) return NO_OPERANDS;
    if (index === BLOCK_TYPE.value) return ONE_RESULT;
    return types[index] as Arity;
  }

  /** Opens a block whose type comes next. */
  #open(kind: number): void {
    this.#state.open(this.#blockType());
    this.#control.push(kind, this.#stretches.current, this.#reader);
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
    if (control.loop !== NO_LOOP) this.#flag(FLAG.hasLoop);
    this.#open(BLOCK.loop);
    this.#state.added(LOOP_BLOCKS);
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
    this.#state.close();
    if (kind === BLOCK.loop) this.#marks.add(MARK.loopEnd, at, 0, loop);
    this.#begin(dominator, catchCost);
    return false;
  }

  #call(op: number, at: number): void {
    const callee = this.#reader.index(this.#layout.functions.length, 'function');
    const free = this.#free.costOf(callee);
    this.#stretches.cost += callee < this.#layout.importedFunctions ? IMPORT_CALL_COST : CALL_COST + Math.max(free, 0);
    this.#settleForCall(at);
    this.#state.call(this.#layout.types[this.#layout.functions[callee] as number] as Arity);
    if (op === OP.returnCall) this.#tailCall(at);
  }

  #indirectCall(type: number, isTailCall: boolean, at: number): void {
    this.#stretches.cost += INDIRECT_CALL_COST;
    this.#settleForCall(at);
    this.#state.change(-1);
    this.#state.call(this.#layout.types[type] as Arity);
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
    this.#state.leave();
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
    const type = this.#blockType();
    let farthest = 0;
    for (let left = reader.count('catch clauses', 2); left > 0; left--) {
      const kind = reader.byte();
      if (kind > 3) reader.fail('a catch clause of an unknown kind', reader.position - 1);
      if (kind < 2) reader.index(this.#layout.tags, 'tag');
      const label = this.#label();
      farthest = Math.max(farthest, label);
      this.#state.branch(1);
      this.#catchAt(label, kind < 2 ? CATCH_COST : CATCH_ALL_COST);
    }
    this.#branch(at, farthest);
    this.#state.open(type);
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
