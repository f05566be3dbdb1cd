/** A WASI context for tests: a call that shows nothing and never ends by itself. */

import { CapabilityClient, noCapabilities } from '../../../../functions/runtime/capabilities.ts';
import { CallLifetime } from '../../../../functions/runtime/lifetime.ts';
import { Toll } from '../../../../functions/runtime/toll.ts';
import type { WasiContext } from '../../../../functions/runtime/wasi/context.ts';
import { GuestExit } from '../../../../functions/runtime/wasi/failure.ts';
import { LogBuffer } from '../../../../functions/runtime/wasi/log-buffer.ts';
import { assign, type Resource } from '../../../../functions/runtime/wasi/resource.ts';
import { StdioBuffer } from '../../../../functions/runtime/wasi/stdio-buffer.ts';
import { meterOf } from '../../../support/meter/meters.ts';

export function testContext(overrides: Partial<WasiContext> = {}): WasiContext {
  const lifetime = new CallLifetime();
  return {
    environment: [],
    cli: { args: [], stdin: '' },
    stdio: new StdioBuffer(),
    logs: new LogBuffer('trace'),
    output: () => undefined,
    lifetime,
    capabilities: new CapabilityClient(noCapabilities, lifetime),
    directories: [],
    memory: { hold: () => true },
    toll: new Toll(meterOf(1_000_000), lifetime, { late: false }),
    exit: (code) => {
      throw new GuestExit(code);
    },
    ...overrides,
  };
}

/** A resource that a test has made, as one that the call of `context` has. */
export function ofCall<T extends Resource>({ toll }: WasiContext, resource: T): T {
  assign(resource, toll);
  return resource;
}

/** The payload of the `err` arm that `run` throws; fails when it returns or traps. */
export function failureOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && Object.hasOwn(error, 'payload')) return (error as { payload?: unknown }).payload;
    throw error;
  }
  throw new Error('it did not fail');
}

/** The same for a promise that rejects. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const end = await promise.then(
    () => () => undefined,
    (error: unknown) => () => {
      throw error;
    },
  );
  return failureOf(end);
}
