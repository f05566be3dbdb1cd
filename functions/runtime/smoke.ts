/** The smoke run: one instance, made and dropped. It shows that the artifact links and that its start functions end. */
import { FUEL_PER_SMOKE_RUN, ISOLATE_PAGES, SMOKE_TIMEOUT_MS } from '../../src/core/limits.ts';
import type { IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import { CapabilityClient, noCapabilities } from './capabilities.ts';
import type { Guest } from './guest.ts';
import { CallLifetime } from './lifetime.ts';
import { createLifting } from './lifting.ts';
import { CallSlices } from './slices.ts';
import { Toll } from './toll.ts';
import { trapText } from './trap.ts';
import { GuestExit } from './wasi/failure.ts';
import { LogBuffer } from './wasi/log-buffer.ts';
import { StdioBuffer } from './wasi/stdio-buffer.ts';

/** What is said of start functions that were ended although they had fuel left. */
const ENDINGS = {
  late: `its start functions took more than ${SMOKE_TIMEOUT_MS / 1_000} seconds`,
  stuck: 'its start functions compute for too long where they cannot be interrupted',
} as const;

/** WASI is there but shows nothing: an empty environment, output that goes nowhere, nothing to wait for. */
export async function smokeRun(guest: Guest): ReturnType<IsolateEntrypoint['smoke']> {
  const instance = guest.take({ maxPages: ISOLATE_PAGES, reuse: false, maxIdle: 0 });
  const { meter } = instance;
  const lifetime = new CallLifetime();
  let ending: 'late' | 'stuck' | undefined;
  const call = {
    get suspendable() {
      return instance.suspendable;
    },
    lasts: () => undefined,
    end: (why: 'late' | 'stuck') => {
      ending ??= why;
      meter.drain();
    },
  };
  const slices = new CallSlices(call, { timeoutMs: SMOKE_TIMEOUT_MS, maxInRow: guest.maxSlicesInRow });
  const toll = new Toll(meter, lifetime, slices);
  lifetime.end();
  meter.begin(FUEL_PER_SMOKE_RUN, slices);
  const exit = (code: number): never => {
    throw new GuestExit(code);
  };
  try {
    const capabilities = new CapabilityClient(noCapabilities, lifetime);
    const context = {
      environment: [],
      cli: { args: [], stdin: '' },
      stdio: new StdioBuffer(),
      logs: new LogBuffer(undefined),
      output: () => undefined,
      lifetime,
      capabilities,
      directories: [],
      memory: instance.memory,
      toll,
      exit,
    };
    await instance.link({ context, lifting: createLifting(meter), trapped: () => meter.drain() });
    toll.close();
    return { ok: true, fuel: meter.used };
  } catch (error) {
    if (meter.refusal !== undefined) return { ok: false, error: meter.refusal.message };
    if (ending !== undefined) return { ok: false, error: ENDINGS[ending] };
    return {
      ok: false,
      error: meter.exhausted ? 'its start function used up the fuel of the smoke run' : trapText(error),
    };
  } finally {
    toll.close();
    meter.drain();
    instance.release(false);
  }
}
