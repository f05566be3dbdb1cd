/** Walks function bodies once and notes where fuel is charged. Nothing is copied here. */
import {
  BULK_BYTES_SHIFT,
  BULK_ELEMENTS_SHIFT,
  GROW_COST,
  IMPORT_CALL_WEIGHT,
  INDIRECT_CALL_WEIGHT,
  THROW_COST,
  TURN_COST,
  VECTOR_ACCESS_WEIGHT,
  WEIGHTS,
} from './cost.ts';
import { MAX_BLOCK_DEPTH, MAX_BODY_BYTES, MAX_LOCALS } from './limits.ts';
import { IMMEDIATE, IMMEDIATES, MISC, OP, RELAXED_SIMD_FIRST, vectorImmediate } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { type ModuleLayout, readHeapType, readValueType } from './sections.ts';

/**
 * How a charge is made: a constant with a look at the balance, or by the length on top of the stack (an i32 or an i64), or a
 * constant without a look (a segment between the places that look).
 */
export const CHARGE = { checked: 0, length32: 1, length64: 2, unchecked: 3 } as const;

/** Charges of one module, function by function; parallel arrays because a large module has a million of them. */
export class Charges {
  /** Where the charge goes: before the byte at this position. */
  positions = new Uint32Array(1024);
  kinds = new Uint8Array(1024);
  /** Fuel, or the shift of a length: right by it when positive, left when negative. */
  amounts = new Int32Array(1024);
  count = 0;

  add(position: number, kind: number, amount: number): number {
    if (this.count === this.positions.length) this.#grow();
    this.positions[this.count] = position;
    this.kinds[this.count] = kind;
    this.amounts[this.count] = amount;
    return this.count++;
  }

  #grow(): void {
    const size = this.count * 2;
    const positions = new Uint32Array(size);
    const kinds = new Uint8Array(size);
    const amounts = new Int32Array(size);
    positions.set(this.positions);
    kinds.set(this.kinds);
    amounts.set(this.amounts);
    this.positions = positions;
    this.kinds = kinds;
    this.amounts = amounts;
  }
}

/** One body: where its locals and its code are, and which charges are its own. */
export interface Body {
  readonly start: number;
  /** Number of local groups, and where they end. */
  readonly groups: number;
  readonly code: number;
  readonly end: number;
  /** Parameters and locals together: the index of the first local that is added. */
  readonly locals: number;
  readonly firstCharge: number;
  readonly lastCharge: number;
  readonly has32: boolean;
  readonly has64: boolean;
}

/** Stands for the charge of code that cannot be reached. */
const UNREACHABLE = -1;

/** Reads the body at `reader.position`, whose size has been read, and notes its charges. */
export function scanBody(reader: Reader, layout: ModuleLayout, params: number, size: number, charges: Charges): Body {
  const { features } = layout;
  const start = reader.position;
  const sectionEnd = reader.end;
  const end = start + size;
  if (size > MAX_BODY_BYTES) reader.fail(`a function body has ${size} bytes, the most is ${MAX_BODY_BYTES}`);
  reader.end = end;
  const groups = reader.count('local groups', 2);
  let locals = params;
  for (let group = 0; group < groups; group++) {
    locals += reader.u32();
    if (locals > MAX_LOCALS) reader.fail(`more than ${MAX_LOCALS} locals`);
    readValueType(reader, features);
  }
  const code = reader.position;
  const firstCharge = charges.count;
  let segment = charges.add(code, CHARGE.checked, TURN_COST);
  let weight = 0;
  let depth = 0;
  let has32 = false;
  let has64 = false;

  const settle = (): void => {
    if (segment !== UNREACHABLE) charges.amounts[segment] = (charges.amounts[segment] as number) + weight;
    weight = 0;
  };
  const startSegment = (): void => {
    settle();
    segment = charges.add(reader.position, CHARGE.unchecked, 0);
  };
  const endSegment = (): void => {
    settle();
    segment = UNREACHABLE;
  };
  const length = (at: number, is64: boolean, shift: number): void => {
    if (is64) has64 = true;
    else has32 = true;
    charges.add(at, is64 ? CHARGE.length64 : CHARGE.length32, shift);
  };
  const memory64 = (index: number): boolean => layout.memories[index]?.is64 ?? false;
  const table64 = (index: number): boolean => layout.tables[index]?.is64 ?? false;
  const memoryArgument = (): void => {
    const align = reader.u32();
    if (align & 0x40) reader.leb(5);
    reader.leb(10);
  };
  const enter = (): void => {
    if (++depth > MAX_BLOCK_DEPTH) reader.fail(`blocks are nested more than ${MAX_BLOCK_DEPTH} deep`);
  };
  const blockType = (): void => {
    const first = reader.bytes[reader.position] ?? 0;
    if (first === 0x40) reader.skip(1);
    else if (first >= 0x60 && first < 0x80) readValueType(reader, features);
    else reader.leb(5);
  };

  while (reader.position < end) {
    const at = reader.position;
    const op = reader.byte();
    weight += WEIGHTS[op] as number;
    switch (IMMEDIATES[op]) {
      case IMMEDIATE.none:
        if (op === OP.unreachable || op === OP.return) endSegment();
        break;
      case IMMEDIATE.leb32:
        reader.leb(5);
        if (op === OP.br) endSegment();
        else if (op === OP.brIf || op === OP.brOnNull || op === OP.brOnNonNull) startSegment();
        break;
      case IMMEDIATE.leb64:
        reader.leb(10);
        break;
      case IMMEDIATE.memory:
        memoryArgument();
        break;
      case IMMEDIATE.bytes4:
        reader.skip(4);
        break;
      case IMMEDIATE.bytes8:
        reader.skip(8);
        break;
      case IMMEDIATE.prefixVector: {
        const sub = reader.u32();
        features.add(sub >= RELAXED_SIMD_FIRST ? 'relaxed-simd' : 'simd');
        const immediate = vectorImmediate(sub);
        if (immediate === 'unknown') reader.fail(`unknown vector instruction ${sub}`, at);
        if (immediate === 'memory' || immediate === 'memory-lane') {
          memoryArgument();
          weight += VECTOR_ACCESS_WEIGHT;
        }
        if (immediate === 'bytes16') reader.skip(16);
        if (immediate === 'lane' || immediate === 'memory-lane') reader.skip(1);
        break;
      }
      case IMMEDIATE.prefixMisc: {
        const sub = reader.u32();
        if (sub <= MISC.saturatingTruncationLast) break;
        if (sub > MISC.wideArithmeticLast) reader.fail(`unknown instruction 0xfc ${sub}`, at);
        if (sub > MISC.tableFill) {
          features.add('wide-arithmetic');
          break;
        }
        features.add('bulk-memory');
        const first = reader.u32();
        if (sub === MISC.memoryFill) length(at, memory64(first), BULK_BYTES_SHIFT);
        else if (sub === MISC.tableFill) length(at, table64(first), -BULK_ELEMENTS_SHIFT);
        else if (sub === MISC.tableGrow) charges.add(at, CHARGE.checked, GROW_COST);
        else if (
          sub === MISC.memoryInit ||
          sub === MISC.memoryCopy ||
          sub === MISC.tableInit ||
          sub === MISC.tableCopy
        ) {
          const second = reader.u32();
          if (sub === MISC.memoryInit) length(at, false, BULK_BYTES_SHIFT);
          else if (sub === MISC.tableInit) length(at, false, -BULK_ELEMENTS_SHIFT);
          else if (sub === MISC.memoryCopy) length(at, memory64(first) && memory64(second), BULK_BYTES_SHIFT);
          else length(at, table64(first) && table64(second), -BULK_ELEMENTS_SHIFT);
        }
        break;
      }
      case IMMEDIATE.prefixGc:
        return reader.fail('garbage-collected types are not supported', at);
      case IMMEDIATE.prefixThreads:
        return reader.fail('threads are not supported', at);
      case IMMEDIATE.control:
        switch (op) {
          case OP.loop:
            blockType();
            settle();
            enter();
            segment = charges.add(reader.position, CHARGE.checked, TURN_COST);
            break;
          case OP.block:
            blockType();
            enter();
            break;
          case OP.if:
            blockType();
            enter();
            startSegment();
            break;
          case OP.try:
            features.add('legacy-exceptions');
            blockType();
            enter();
            break;
          case OP.tryTable:
            features.add('exceptions');
            blockType();
            enter();
            for (let left = reader.count('catch clauses', 2); left > 0; left--) {
              const kind = reader.byte();
              if (kind > 3) reader.fail('a catch clause of an unknown kind', reader.position - 1);
              if (kind < 2) reader.leb(5);
              reader.leb(5);
            }
            break;
          case OP.else:
          case OP.catchAll:
            startSegment();
            break;
          case OP.catch:
            reader.leb(5);
            startSegment();
            break;
          case OP.delegate:
          case OP.end:
            if (op === OP.delegate) reader.leb(5);
            if (depth === 0) {
              settle();
              if (op === OP.delegate || reader.position !== end) reader.fail('code follows the end of a function', at);
              reader.end = sectionEnd;
              return { start, groups, code, end, locals, firstCharge, lastCharge: charges.count, has32, has64 };
            }
            depth--;
            startSegment();
            break;
          case OP.throw:
          case OP.rethrow:
            reader.leb(5);
            charges.add(at, CHARGE.checked, THROW_COST);
            break;
          case OP.throwRef:
            features.add('exceptions');
            charges.add(at, CHARGE.checked, THROW_COST);
            break;
          case OP.brTable:
            for (let left = reader.count('branch targets') + 1; left > 0; left--) reader.leb(5);
            endSegment();
            break;
          case OP.call:
          case OP.returnCall:
            if (reader.u32() < layout.importedFunctions) weight += IMPORT_CALL_WEIGHT;
            if (op === OP.returnCall) features.add('tail-call');
            break;
          case OP.callIndirect:
          case OP.returnCallIndirect:
            reader.leb(5);
            reader.leb(5);
            weight += INDIRECT_CALL_WEIGHT;
            if (op === OP.returnCallIndirect) features.add('tail-call');
            break;
          case OP.callRef:
          case OP.returnCallRef:
            reader.leb(5);
            weight += INDIRECT_CALL_WEIGHT;
            features.add('function-references');
            if (op === OP.returnCallRef) features.add('tail-call');
            break;
          case OP.selectTyped:
            for (let left = reader.count('types'); left > 0; left--) readValueType(reader, features);
            break;
          case OP.memoryGrow:
            reader.leb(5);
            charges.add(at, CHARGE.checked, GROW_COST);
            break;
          case OP.refNull:
            readHeapType(reader);
            features.add('reference-types');
            break;
          default:
            reader.fail(`unknown instruction 0x${op.toString(16)}`, at);
        }
        break;
      default:
        reader.fail(`unknown instruction 0x${op.toString(16)}`, at);
    }
  }
  return reader.fail('a function body does not end');
}
