/**
 * Rewrites a core module so that it pays for its work and stays below fixed ceilings. Strictly additive: one exported
 * mutable i64 global `__fuel` and at most two locals per function are appended, no index is renumbered. Custom sections
 * go, since their offsets would be wrong.
 */
import { BULK_BASE } from './cost.ts';
import { MAX_MEMORY_PAGES, MAX_TABLE_ELEMENTS } from './limits.ts';
import { MeterError, Reader } from './reader.ts';
import { type Body, CHARGE, Charges, scanBody } from './scan.ts';
import {
  type Feature,
  type Limits,
  type ModuleLayout,
  readConstantExpression,
  readLayout,
  readTableLimits,
  readValueType,
  SECTION,
  SECTION_ORDER,
  type Section,
} from './sections.ts';
import { Writer } from './writer.ts';

/** Export that holds the balance: `instance.exports.__fuel.value`, a bigint; below zero means that it ran out. */
export const FUEL_EXPORT = '__fuel';

export interface Metered {
  readonly bytes: Uint8Array;
  readonly features: readonly Feature[];
  /** Number of functions that the module defines. */
  readonly functions: number;
}

const I64 = 0x7e;
const I32 = 0x7f;
const EXPORT_GLOBAL = 3;

/** Meters `bytes`. `initialFuel` is what `__fuel` starts with. Throws `MeterError` with an offset into `bytes`. */
export function meter(bytes: Uint8Array, initialFuel: number): Metered {
  const layout = readLayout(bytes);
  const charges = new Charges();
  const bodies = scanCode(layout, charges);
  const out = new Writer(bytes.length + (bytes.length >> 2) + 1024);
  out.copy(bytes, 0, 8);
  const byId = new Map(layout.sections.map((section) => [section.id, section]));
  for (const id of SECTION_ORDER) writeSection(out, layout, id, byId.get(id), initialFuel, bodies, charges);
  return { bytes: out.bytes(), features: [...layout.features].sort(), functions: bodies.length };
}

/** `meter`, with what `WebAssembly.validate` says of the result. */
export function meterChecked(bytes: Uint8Array<ArrayBuffer>, initialFuel: number): Metered {
  const metered = meter(bytes, initialFuel);
  // A copy-free view: the writer's buffer is never shared.
  if (!WebAssembly.validate(metered.bytes as Uint8Array<ArrayBuffer>)) {
    throw new MeterError('the metered module does not validate', 0);
  }
  return metered;
}

function scanCode(layout: ModuleLayout, charges: Charges): Body[] {
  const section = layout.sections.find(({ id }) => id === SECTION.code);
  if (section === undefined) {
    if (layout.functionTypes.length > 0) throw new MeterError('functions without bodies', 0);
    return [];
  }
  const reader = new Reader(layout.bytes, section.start, section.end);
  const count = reader.count('function bodies', 3);
  if (count !== layout.functionTypes.length) reader.fail('the number of bodies is not the number of functions');
  const bodies: Body[] = [];
  for (const type of layout.functionTypes) {
    const size = reader.count('body bytes');
    bodies.push(scanBody(reader, layout, layout.typeParams[type] ?? 0, size, charges));
  }
  if (reader.position !== section.end) reader.fail('bytes are left over after the code');
  return bodies;
}

function writeSection(
  out: Writer,
  layout: ModuleLayout,
  id: number,
  section: Section | undefined,
  initialFuel: number,
  bodies: readonly Body[],
  charges: Charges,
): void {
  const { bytes } = layout;
  const content = (write: () => void): void => {
    out.byte(id);
    out.sized(write);
  };
  // The entries of the old section follow their new count.
  const extended = (write: () => void): void =>
    content(() => {
      const reader = section && new Reader(bytes, section.start, section.end);
      out.unsigned((reader?.u32() ?? 0) + 1);
      if (reader) out.copy(bytes, reader.position, reader.end);
      write();
    });
  if (id === SECTION.global) {
    extended(() => {
      out.raw([I64, 1, 0x42]);
      out.signed(initialFuel);
      out.byte(0x0b);
    });
  } else if (id === SECTION.export) {
    extended(() => {
      out.unsigned(FUEL_EXPORT.length);
      for (const character of FUEL_EXPORT) out.byte(character.charCodeAt(0));
      out.byte(EXPORT_GLOBAL);
      out.unsigned(fuelIndex(layout));
    });
  } else if (section === undefined) return;
  else if (id === SECTION.memory) content(() => writeMemories(out, layout));
  else if (id === SECTION.table) content(() => writeTables(out, layout, section));
  else if (id === SECTION.code) content(() => writeCode(out, layout, bodies, charges));
  else
    content(() => {
      out.copy(bytes, section.start, section.end);
    });
}

function fuelIndex(layout: ModuleLayout): number {
  return layout.importedGlobals + layout.definedGlobals;
}

function writeLimits(out: Writer, limits: Limits, ceiling: number): void {
  out.byte(limits.is64 ? 5 : 1);
  out.unsigned(limits.min);
  out.unsigned(Math.min(limits.max ?? ceiling, ceiling));
}

function writeMemories(out: Writer, layout: ModuleLayout): void {
  const defined = layout.memories.slice(layout.importedMemories);
  out.unsigned(defined.length);
  for (const limits of defined) writeLimits(out, limits, MAX_MEMORY_PAGES);
}

function writeTables(out: Writer, layout: ModuleLayout, section: Section): void {
  const { bytes } = layout;
  const reader = new Reader(bytes, section.start, section.end);
  const count = reader.u32();
  out.unsigned(count);
  for (let index = 0; index < count; index++) {
    const start = reader.position;
    const hasInitialiser = bytes[start] === 0x40;
    if (hasInitialiser) reader.skip(2);
    readValueType(reader, new Set());
    out.copy(bytes, start, reader.position);
    writeLimits(out, readTableLimits(reader, new Set()), MAX_TABLE_ELEMENTS);
    const initialiser = reader.position;
    if (hasInitialiser) readConstantExpression(reader);
    out.copy(bytes, initialiser, reader.position);
  }
}

function writeCode(out: Writer, layout: ModuleLayout, bodies: readonly Body[], charges: Charges): void {
  const { bytes } = layout;
  const fuel = fuelIndex(layout);
  out.unsigned(bodies.length);
  for (const body of bodies) {
    out.sized(() => {
      out.unsigned(body.groups + (body.has32 ? 1 : 0) + (body.has64 ? 1 : 0));
      const groups = new Reader(bytes, body.start, body.end);
      groups.u32();
      out.copy(bytes, groups.position, body.code);
      if (body.has32) out.raw([1, I32]);
      if (body.has64) out.raw([1, I64]);
      const local32 = body.locals;
      const local64 = body.locals + (body.has32 ? 1 : 0);
      let from = body.code;
      for (let index = body.firstCharge; index < body.lastCharge; index++) {
        const position = charges.positions[index] as number;
        const amount = charges.amounts[index] as number;
        out.copy(bytes, from, position);
        from = position;
        const kind = charges.kinds[index];
        if (kind === CHARGE.checked) writeConstantCharge(out, fuel, amount);
        else if (kind === CHARGE.unchecked) writeUncheckedCharge(out, fuel, amount);
        else
          writeLengthCharge(out, fuel, amount, kind === CHARGE.length64, kind === CHARGE.length64 ? local64 : local32);
      }
      out.copy(bytes, from, body.end);
    });
  }
}

/** `fuel -= amount; if (fuel < 0) unreachable` */
function writeConstantCharge(out: Writer, fuel: number, amount: number): void {
  out.byte(0x23);
  out.unsigned(fuel);
  out.byte(0x42);
  out.signed(amount);
  writeSubtractAndCheck(out, fuel);
}

/** `fuel -= amount`, where a look at the balance comes before anything can run on without end. */
function writeUncheckedCharge(out: Writer, fuel: number, amount: number): void {
  if (amount === 0) return;
  out.byte(0x23);
  out.unsigned(fuel);
  out.byte(0x42);
  out.signed(amount);
  out.raw([0x7d, 0x24]);
  out.unsigned(fuel);
}

/** The same with what the length on top of the stack costs; the length stays where it is. */
function writeLengthCharge(out: Writer, fuel: number, shift: number, is64: boolean, local: number): void {
  out.byte(0x22);
  out.unsigned(local);
  out.byte(0x23);
  out.unsigned(fuel);
  out.byte(0x20);
  out.unsigned(local);
  if (!is64) out.byte(0xad);
  // A 64-bit length loses its upper half: whatever has one there traps in the operation itself.
  else out.raw([0x42, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x83]);
  out.raw([0x42, Math.abs(shift), shift > 0 ? 0x88 : 0x86]);
  out.raw([0x42, BULK_BASE, 0x7c]);
  writeSubtractAndCheck(out, fuel);
}

function writeSubtractAndCheck(out: Writer, fuel: number): void {
  out.raw([0x7d, 0x24]);
  out.unsigned(fuel);
  out.byte(0x23);
  out.unsigned(fuel);
  // i64.const 0, i64.lt_s, if (empty), unreachable, end
  out.raw([0x42, 0x00, 0x53, 0x04, 0x40, 0x00, 0x0b]);
}
