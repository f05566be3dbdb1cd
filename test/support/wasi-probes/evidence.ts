/** What was seen of host functions while probes called them: the whole content of docs/wasi.md. */
import type { CallUses } from '../../../durable/pool/call-uses.ts';
import { GuestExit, WasiFailure } from '../../../functions/runtime/wasi/failure.ts';
import { mayWait } from '../../../functions/runtime/wasi/provided.ts';
import { assign, Resource } from '../../../functions/runtime/wasi/resource.ts';
import type { CallCarrier, OpenDirectory } from '../../../src/isolate/protocol.ts';
import { WasiGuest } from '../wasi-guest.ts';

/** `value`: it returned. `refused`: its error is that of a capability which is not there or not granted. */
export interface Seen {
  readonly outcome: 'value' | 'refused' | 'error' | 'trap';
  /** The error value, or the text of a trap. */
  readonly text: string;
}

/** By interface and function: `wasi:io/poll#poll`. */
export type Evidence = Map<string, Seen>;

/** How the interfaces spell a refusal, or that there is no such thing here. */
const REFUSAL = /access.denied|permission-denied|HTTP-request-denied|PROVIDER_UNAVAILABLE|unsupported/;

/** Better evidence first: what once returned a value works. */
const ORDER: readonly Seen['outcome'][] = ['value', 'error', 'refused', 'trap'];

/** Functions that ask outside of the isolate, and for which nothing has happened once they are refused. */
const ASKS = /^wasi:(?:config|keyvalue|blobstore|messaging|filesystem)\//;
const ENDS_WHEN_REFUSED = 'wasi:blobstore/types#[static]outgoing-value.finish';

/** How to see what a function answers when its grant is gone. */
export interface Forbidding {
  readonly evidence: Evidence;
  /** Takes all grants away, or gives them back. */
  readonly forbid: (isSo: boolean) => void;
}

/** A guest of the real providers whose every call is noted; a function that asks for a grant is first called without it. */
export class ProbeGuest extends WasiGuest {
  readonly #evidence: Evidence;
  readonly #without: Forbidding;

  constructor(
    evidence: Evidence,
    uses: CallUses,
    carrier: CallCarrier,
    directories: readonly OpenDirectory[],
    without: Forbidding,
  ) {
    super({ use: (use) => uses.use(use), carrier }, { directories, cli: { args: ['probe'], stdin: 'some input' } });
    this.#evidence = evidence;
    this.#without = without;
  }

  override async call<T = unknown>(name: string, ...values: readonly unknown[]): Promise<T> {
    const [interfaceName = '', text = ''] = name.split('#');
    if (ASKS.test(name) && mayWait(interfaceName, text) && name !== ENDS_WHEN_REFUSED) {
      await this.#callWithout(name, values);
    }
    try {
      const value = await super.call<T>(name, ...values);
      note(this.#evidence, name, { outcome: 'value', text: '' });
      return value;
    } catch (error) {
      note(this.#evidence, name, seenIn(error));
      throw error;
    }
  }

  async #callWithout(name: string, values: readonly unknown[]): Promise<void> {
    const { evidence, forbid } = this.#without;
    forbid(true);
    await super.call(name, ...values).catch((error: unknown) => note(evidence, name, seenIn(error)));
    forbid(false);
  }

  /** A call whose error does not matter. */
  async attempt(name: string, ...values: readonly unknown[]): Promise<void> {
    await this.call(name, ...values).catch(() => undefined);
  }

  /** An object that no function gives: for methods of resources that nobody can get. */
  nobody(): object {
    return this.own(new Resource());
  }

  /** Makes an object the call's, as the platform does with what it hands to an export. */
  own<T extends Resource>(resource: T): T {
    assign(resource, this.context.toll);
    return resource;
  }
}

/** Calls functions of some interfaces, as a program would. It may stop at the first one that is refused. */
export type Probe = (guest: ProbeGuest) => Promise<void>;

function note(evidence: Evidence, name: string, seen: Seen): void {
  const known = evidence.get(name);
  if (known !== undefined && ORDER.indexOf(known.outcome) <= ORDER.indexOf(seen.outcome)) return;
  evidence.set(name, seen);
}

function seenIn(error: unknown): Seen {
  // That the call ends is what was asked for.
  if (error instanceof GuestExit) return { outcome: 'value', text: '' };
  if (!(error instanceof WasiFailure)) return { outcome: 'trap', text: String(error) };
  const text = textOf(error.payload);
  return { outcome: REFUSAL.test(text) ? 'refused' : 'error', text };
}

/** An error value as WIT would show it: `access-denied`, `other(no)`. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'none' : String(value);
  const [tag, val] = [Reflect.get(value, 'tag'), Reflect.get(value, 'val')];
  if (tag === undefined) return 'error';
  return val === undefined ? String(tag) : `${String(tag)}(${textOf(val)})`;
}
