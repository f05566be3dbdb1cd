/** The smoke run: one instance, made and dropped. It shows that the artifact links and that its start functions end. */
import { CALL_TIMEOUT_MS, FUEL_PER_SMOKE_RUN } from '../../src/core/limits.ts';
import type { IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import type { Component } from './glue.ts';
import { CallLifetime } from './lifetime.ts';
import { Toll } from './toll.ts';
import { trapText } from './trap.ts';
import { GuestExit } from './wasi/failure.ts';
import { createWasi } from './wasi/index.ts';
import { StdioBuffer } from './wasi/stdio-buffer.ts';

/** WASI is there but shows nothing: an empty environment, output that goes nowhere, nothing to wait for. */
export function smokeRun(component: Component): Awaited<ReturnType<IsolateEntrypoint['smoke']>> {
  const account = component.account(FUEL_PER_SMOKE_RUN);
  const { meter } = account;
  const lifetime = new CallLifetime();
  const toll = new Toll(meter, lifetime, CALL_TIMEOUT_MS);
  lifetime.end();
  const exit = (code: number): never => {
    throw new GuestExit(code);
  };
  try {
    const imports = createWasi(component.interfaces, {
      environment: [],
      stdio: new StdioBuffer(),
      lifetime,
      toll,
      exit,
    });
    component.instantiate(imports, account);
    toll.close();
    return { ok: true, fuel: meter.used };
  } catch (error) {
    if (meter.refusal !== undefined) return { ok: false, error: meter.refusal.message };
    return {
      ok: false,
      error: meter.exhausted ? 'its start function used up the fuel of the smoke run' : trapText(error),
    };
  } finally {
    toll.close();
    meter.drain();
  }
}
