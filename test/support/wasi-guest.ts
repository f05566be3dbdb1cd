/** Calls host functions as a guest of one call would, by the names under which components import them; in any runtime. */
import { CapabilityClient, noCapabilities, type OpenCarrier } from '../../functions/runtime/capabilities.ts';
import { FuelMeter, UNINTERRUPTED } from '../../functions/runtime/fuel.ts';
import { CallLifetime } from '../../functions/runtime/lifetime.ts';
import { Toll } from '../../functions/runtime/toll.ts';
import type { WasiContext } from '../../functions/runtime/wasi/context.ts';
import { GuestExit } from '../../functions/runtime/wasi/failure.ts';
import { hostFunctions } from '../../functions/runtime/wasi/functions.ts';
import { LogBuffer } from '../../functions/runtime/wasi/log-buffer.ts';
import { StdioBuffer } from '../../functions/runtime/wasi/stdio-buffer.ts';
import type { CallCarrier, CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';

/** Where the call's capabilities are. */
export interface GuestHost {
  readonly use?: (use: CapabilityUse) => Promise<CapabilityAnswer>;
  readonly carrier?: Partial<CallCarrier>;
}

/** The host functions of one call. */
export class WasiGuest {
  readonly lifetime = new CallLifetime();
  readonly context: WasiContext;
  readonly #find: ReturnType<typeof hostFunctions>;

  constructor({ use = noCapabilities, carrier }: GuestHost = {}, overrides: Partial<WasiContext> = {}) {
    const { lifetime } = this;
    const capabilities = new CapabilityClient(use, lifetime, carrier === undefined ? undefined : () => opened(carrier));
    this.context = {
      environment: [],
      cli: { args: [], stdin: '' },
      directories: [],
      memory: { hold: () => true },
      output: () => undefined,
      stdio: new StdioBuffer(),
      logs: new LogBuffer(undefined),
      lifetime,
      capabilities,
      toll: new Toll(meter(), lifetime, { late: false }),
      exit: (code) => {
        throw new GuestExit(code);
      },
      ...overrides,
    };
    this.#find = hostFunctions(this.context);
  }

  /** Calls `wasi:…/…#name`, without version; a method takes its object first. Throws what the function throws. */
  async call<T = unknown>(name: string, ...values: readonly unknown[]): Promise<T> {
    const [interfaceName = '', fn = ''] = name.split('#');
    return this.#find(interfaceName, fn)(...values) as T; // what WIT says of the function, which the test knows
  }

  /** The `err` arm of a function; fails when there is none. */
  async failure(name: string, ...values: readonly unknown[]): Promise<unknown> {
    const returned = await this.call(name, ...values).then((value) => ({ value }), payloadOf);
    if (typeof returned === 'object' && returned !== null && 'value' in returned) throw new Error('it did not fail');
    return returned;
  }
}

/** The error value that a host function has thrown; anything else is thrown again. */
export function payloadOf(error: unknown): unknown {
  if (error instanceof Error && Object.hasOwn(error, 'payload')) return Reflect.get(error, 'payload');
  throw error;
}

/** A carrier as RPC gives it: a promise, a stub and disposable at once. */
function opened(carrier: Partial<CallCarrier>): ReturnType<OpenCarrier> {
  const methods: Partial<CallCarrier> = {};
  for (const name of ['request', 'abort', 'readBlob', 'writeBlob', 'copyBlob', 'moveBlob'] as const) {
    Reflect.set(methods, name, (...values: unknown[]) => {
      const method: unknown = Reflect.get(carrier, name);
      if (typeof method !== 'function') throw new Error(`the test's carrier has no ${name}`);
      return Reflect.apply(method, carrier, values);
    });
  }
  // A cast: the methods are those of the carrier.
  return Object.assign(Promise.resolve(), methods, { [Symbol.dispose]() {} }) as unknown as ReturnType<OpenCarrier>;
}

/** Plenty of fuel. No core module runs, so none is needed for their growth. */
function meter(): FuelMeter {
  const made = new FuelMeter({} as WebAssembly.Module, { allow: () => true, failed: () => {} });
  made.begin(1_000_000_000_000, UNINTERRUPTED);
  return made;
}
