/** Tells how a guest ended from what was thrown. Everything thrown came through the glue: it is data to be read with care. */
import type { CallOutcome } from '../../src/isolate/protocol.ts';
import type { FuelMeter } from './fuel.ts';
import { MAX_TRAP_TEXT } from './limits.ts';
import { type GuestExit, WasiTrap } from './wasi/failure.ts';

export type Crashed = Extract<CallOutcome, { kind: 'crashed' }>;

/** What V8 says when it cannot give a core instance its memory or table. */
const OUT_OF_MEMORY = /could not allocate memory|out of memory|array buffer allocation failed/i;

/**
 * The payload of an `err` arm that the glue threw, or nothing when this is another end. Only a function whose result is
 * a `result` has one. jco throws the payload bare (option `noComponentErrorWrapping`), and no payload is an `Error`; every
 * trap and every failure of the harness is one.
 */
export function errArm(isFallible: boolean, thrown: unknown): { readonly payload: unknown } | undefined {
  return !isFallible || thrown instanceof Error ? undefined : { payload: thrown };
}

/** What is known of a guest that ended abnormally. */
export interface Circumstances {
  readonly meter: FuelMeter;
  /** It asked for memory and did not get it. */
  readonly lacksMemory: boolean;
  readonly exit?: GuestExit;
}

/** The outcome of a call whose guest threw `thrown`, other than an `err` arm. */
export function crashed(thrown: unknown, { meter, lacksMemory, exit }: Circumstances): Crashed {
  const fuel = meter.used;
  if (exit !== undefined) return { kind: 'crashed', reason: 'exit', text: exit.message, fuel };
  if (meter.refusal !== undefined) {
    return { kind: 'crashed', reason: meter.refusal.reason, text: meter.refusal.message, fuel };
  }
  if (meter.exhausted) return { kind: 'crashed', reason: 'out-of-fuel', text: 'the fuel of the call is used up', fuel };
  const text = trapText(thrown);
  if (lacksMemory) {
    return { kind: 'crashed', reason: 'out-of-memory', text: `${text}, after it was refused more memory`, fuel };
  }
  const reason = thrown instanceof RangeError && OUT_OF_MEMORY.test(text) ? 'out-of-memory' : 'trap';
  return { kind: 'crashed', reason, text, fuel };
}

/** `RuntimeError: unreachable`, cut to a bounded length; never a stack trace. */
export function trapText(thrown: unknown): string {
  return describe(thrown).slice(0, MAX_TRAP_TEXT);
}

function describe(thrown: unknown): string {
  if (thrown instanceof WasiTrap) return thrown.message;
  try {
    if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
    return `the component threw ${typeof thrown === 'object' ? JSON.stringify(thrown) : String(thrown)}`;
  } catch {
    return 'the component threw a value that cannot be shown';
  }
}
