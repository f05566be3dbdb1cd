/**
 * The core module that copies and compares the pages of one memory. It comes with every isolate, since nothing can be
 * compiled in one.
 *
 *     (module
 *       (import "s" "m" (memory $memory 0))   ;; i64 in the second form
 *       (import "s" "d" (memory $dirty 1))
 *       (import "s" "s" (memory $saved 0))    ;; of the size that the memory had when it was saved
 *       (func (export "save")                 ;; saved = memory
 *       (func (export "clear")                ;; dirty = 0
 *       (func (export "restore") (result i32) ;; memory = saved on each run of dirty pages; dirty = 0; answers how many
 *       (func (export "differs") (result i32) ;; address of the first 64 bytes that differ, -1 when none do
 */
import { DIRTY_PAGE_SHIFT } from '../../core/engine-names.ts';
import { NO_TYPE, OP } from '../meter/opcodes.ts';
import { SECTION } from '../meter/sections.ts';
import { Writer } from '../meter/writer.ts';
import { ADDED, ADDED_MISC, ADDED_VECTOR, TYPE } from './instructions.ts';
import { DIRTY_MAP_PAGES, DIRTY_OVERLAP_BYTES } from './limits.ts';

const [MEMORY, DIRTY, SAVED] = [0, 1, 2];
const WASM_PAGE_SHIFT = 16;
const BLOCK_BYTES = 64;
const VECTOR_BYTES = 16;
const MEMORY_COPY = 10;

type Code = readonly number[];

function signed(value: number): Code {
  const out = new Writer(5);
  out.signed(value);
  return [...out.bytes()];
}

const constant = (value: number): Code => [OP.i32Const, ...signed(value)];
const get = (local: number): Code => [OP.localGet, local];
const set = (local: number, value: Code): Code => [...value, OP.localSet, local];
const add = (a: Code, b: Code): Code => [...a, ...b, OP.i32Add];
const sub = (a: Code, b: Code): Code => [...a, ...b, OP.i32Sub];
const shiftLeft = (a: Code, bits: number): Code => [...a, ...constant(bits), OP.i32Shl];
const isBelow = (a: Code, b: Code): Code => [...a, ...b, ADDED.i32LtU];
const not = (a: Code): Code => [...a, ADDED.i32Eqz];
const when = (condition: Code, then: Code): Code => [...condition, OP.if, NO_TYPE, ...then, OP.end];
const block = (code: Code): Code => [OP.block, NO_TYPE, ...code, OP.end];
const loop = (code: Code): Code => [OP.loop, NO_TYPE, ...code, OP.end];
const breakIf = (label: number, condition: Code): Code => [...condition, OP.brIf, label];
const pageAddress = (page: Code): Code => shiftLeft(page, DIRTY_PAGE_SHIFT);
const savedBytes: Code = shiftLeft([OP.memorySize, SAVED], WASM_PAGE_SHIFT);
const clearMap = (bytes: Code): Code => [
  ...[...constant(0), ...constant(0), ...bytes],
  ...[ADDED.prefixMisc, ADDED_MISC.memoryFill, DIRTY],
];
const dirtyByte = (page: Code): Code => [...page, OP_LOAD8, 0x40, DIRTY, 0];
const dirtyEight = (page: Code): Code => [...page, OP_LOAD64, 0x40, DIRTY, 0];

const OP_LOAD8 = 0x2d;
const OP_LOAD64 = 0x29;
const I64_EQZ = 0x50;
const VECTOR_OR = 80;

/** `restore`: locals 0 page, 1 pages that were dirty, 2 first page of the run, 3 end of the map, 4 length. */
function restoreCode(address: (code: Code) => Code): Code {
  const [page, dirty, first, end, length] = [0, 1, 2, 3, 4];
  const run = sub(get(page), get(first));
  const left = sub(savedBytes, pageAddress(get(first)));
  const start = pageAddress(get(first));
  return [
    ...set(end, [...savedBytes, ...constant(DIRTY_PAGE_SHIFT), OP.i32ShrU]),
    ...block(
      loop([
        ...breakIf(1, not(isBelow(get(page), get(end)))),
        ...when([...dirtyEight(get(page)), I64_EQZ], [...set(page, add(get(page), constant(8))), OP.br, 1]),
        ...when(not(dirtyByte(get(page))), [...set(page, add(get(page), constant(1))), OP.br, 1]),
        ...set(first, get(page)),
        ...block(
          loop([
            ...set(page, add(get(page), constant(1))),
            ...breakIf(1, not(isBelow(get(page), get(end)))),
            ...breakIf(0, dirtyByte(get(page))),
          ]),
        ),
        ...set(dirty, add(get(dirty), run)),
        ...set(length, add(pageAddress(run), constant(DIRTY_OVERLAP_BYTES))),
        ...when(isBelow(left, get(length)), set(length, left)),
        ...[...address(start), ...start, ...get(length), ADDED.prefixMisc, MEMORY_COPY, MEMORY, SAVED],
        ...[OP.br, 0],
      ]),
    ),
    ...clearMap(get(end)),
    ...get(dirty),
  ];
}

/** `differs`: local 0 is the address, 1 the end. */
function differsCode(address: (code: Code) => Code): Code {
  const vector = (code: Code, memory: number, offset: number): Code => [
    ...[...code, ADDED.prefixVector, 0, 0x40, memory, offset],
  ];
  const xor = (offset: number): Code => [
    ...vector(address(get(0)), MEMORY, offset),
    ...vector(get(0), SAVED, offset),
    ...[ADDED.prefixVector, ADDED_VECTOR.v128Xor],
  ];
  const or: Code = [ADDED.prefixVector, VECTOR_OR];
  const offsets = Array.from({ length: BLOCK_BYTES / VECTOR_BYTES }, (_, index) => index * VECTOR_BYTES);
  return [
    ...set(1, savedBytes),
    ...block(
      loop([
        ...breakIf(1, not(isBelow(get(0), get(1)))),
        ...when(
          [
            ...offsets.flatMap((offset) => [...xor(offset), ...(offset > 0 ? or : [])]),
            ...[ADDED.prefixVector, ADDED_VECTOR.v128AnyTrue],
          ],
          [...get(0), OP.return],
        ),
        ...set(0, add(get(0), constant(BLOCK_BYTES))),
        ...[OP.br, 0],
      ]),
    ),
    ...constant(-1),
  ];
}

function copyModule(is64: boolean): Uint8Array<ArrayBuffer> {
  const address = (code: Code): Code => (is64 ? [...code, ADDED.i64ExtendI32U] : code);
  const save = [
    ...[...constant(0), ...address(constant(0)), ...savedBytes],
    ...[ADDED.prefixMisc, MEMORY_COPY, SAVED, MEMORY],
  ];
  const clear = clearMap(shiftLeft(constant(DIRTY_MAP_PAGES), WASM_PAGE_SHIFT));
  const functions = [
    { name: 'save', type: 0, locals: 0, code: save },
    { name: 'clear', type: 0, locals: 0, code: clear },
    { name: 'restore', type: 1, locals: 5, code: restoreCode(address) },
    { name: 'differs', type: 1, locals: 2, code: differsCode(address) },
  ];
  const memories = [
    { name: 'm', limits: [is64 ? 4 : 0, 0] },
    { name: 'd', limits: [1, DIRTY_MAP_PAGES, DIRTY_MAP_PAGES] },
    { name: 's', limits: [0, 0] },
  ];
  const out = new Writer(1024);
  const section = (id: number, count: number, write: () => void): void => {
    out.byte(id);
    out.sized(() => {
      out.unsigned(count);
      write();
    });
  };
  out.raw([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
  section(SECTION.type, 2, () => out.raw([0x60, 0, 0, 0x60, 0, 1, TYPE.i32]));
  section(SECTION.import, memories.length, () => {
    for (const { name, limits } of memories) {
      out.name('s');
      out.name(name);
      out.raw([2, ...limits]);
    }
  });
  section(SECTION.function, functions.length, () => out.raw(functions.map(({ type }) => type)));
  section(SECTION.export, functions.length, () => {
    for (const [index, { name }] of functions.entries()) {
      out.name(name);
      out.raw([0, index]);
    }
  });
  section(SECTION.code, functions.length, () => {
    for (const { locals, code } of functions) {
      out.sized(() => out.raw([...(locals > 0 ? [1, locals, TYPE.i32] : [0]), ...code, OP.end]));
    }
  });
  // A copy without the writer's spare room.
  return new Uint8Array(out.bytes());
}

export const COPY_WASM: Uint8Array<ArrayBuffer> = copyModule(false);

/** The same for a memory with 64-bit addresses. */
export const COPY64_WASM: Uint8Array<ArrayBuffer> = copyModule(true);
