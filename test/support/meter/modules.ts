/** Core modules for the tests of the meter: metered, counted exactly, or as they are, and driven the same way. */
import type { FuelMeter } from '../../../functions/runtime/fuel.ts';
import type { Growth } from '../../../functions/runtime/memory.ts';
import { meterChecked } from '../../../src/build/meter/rewrite.ts';
import { compile, coreModule } from '../build-fixtures.ts';
import { COUNT_EXPORT, countExactly } from './exact-count.ts';
import { meterOf, UNBOUNDED } from './meters.ts';

/** What the start functions of the tests may use. */
export const INITIAL_FUEL = 1_000_000_000;

/** Undercharge of one call from outside: a free function pays nothing, see `FREE_LIMIT`. */
export const SLACK_PER_CALL = 48;

export interface Instance {
  readonly exports: WebAssembly.Exports;
  /** What it used so far: fuel, exact instructions, or nothing where it is not counted. */
  readonly used: () => number;
}

export interface MeteredInstance extends Instance {
  readonly meter: FuelMeter;
}

export function instantiateMetered(
  bytes: Uint8Array,
  {
    imports = {},
    fuel = INITIAL_FUEL,
    growth = UNBOUNDED,
  }: { readonly imports?: WebAssembly.Imports; readonly fuel?: number; readonly growth?: Growth } = {},
): MeteredInstance {
  const meter = meterOf(fuel, { growth });
  const instance = new WebAssembly.Instance(compile(meterChecked(bytes, INITIAL_FUEL).bytes), imports);
  meter.add(instance, 'test.core.wasm');
  return { exports: instance.exports, meter, used: () => meter.used };
}

export function instantiateCounted(bytes: Uint8Array, imports: WebAssembly.Imports = {}): Instance {
  const { exports } = new WebAssembly.Instance(compile(countExactly(bytes)), imports);
  const global = exports[COUNT_EXPORT] as WebAssembly.Global; // the counter was added
  return { exports, used: () => Number(global.value) };
}

export function instantiatePlain(bytes: Uint8Array, imports: WebAssembly.Imports = {}): Instance {
  const { exports } = new WebAssembly.Instance(compile(bytes), imports);
  return { exports, used: () => 0 };
}

/** The export `run` of a metered module from WAT. */
export async function metered(wat: string, fuel = INITIAL_FUEL, imports: WebAssembly.Imports = {}) {
  const instance = instantiateMetered(await coreModule(wat), { imports, fuel });
  return { ...instance, call: functionOf(instance, 'run') };
}

export function functionOf({ exports }: Instance, name: string): (...args: unknown[]) => unknown {
  const found = exports[name];
  if (typeof found !== 'function') throw new Error(`no function ${name}`);
  return found as (...args: unknown[]) => unknown; // a function of any kind can be called
}

/** How a call ended, comparable: a result, or the text of a trap. References are only told apart by kind. */
export function endOf(run: () => unknown): string {
  try {
    return shown(run());
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${shown(error)}`;
  }
}

export function shown(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return value === null || value === undefined ? String(value) : typeof value;
}

/** All that can be seen of an instance from outside: numbers in globals, a hash of each memory, sizes of tables. */
export function stateOf({ exports }: Instance): Record<string, string> {
  const state: Record<string, string> = {};
  for (const [name, value] of Object.entries(exports)) {
    if (name.startsWith('__fuel') || name === COUNT_EXPORT) continue;
    if (value instanceof WebAssembly.Global) state[name] = endOf(() => value.value);
    else if (value instanceof WebAssembly.Memory) state[name] = hash(new Uint8Array(value.buffer));
    else if (value instanceof WebAssembly.Table) state[name] = String(value.length);
  }
  return state;
}

function hash(bytes: Uint8Array): string {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return `${bytes.length}:${sum >>> 0}`;
}
