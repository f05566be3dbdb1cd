/** Components for tests of the harness: a hand-written glue of jco's shape around a few functions. */
import { glueGuest, type Instantiate } from '../../../functions/runtime/glue.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import type { Manifest } from '../../../src/build/manifest.ts';
import type { CallableFunction, Primitive, ValueType } from '../../../src/component/model.ts';
import type { CallRequest } from '../../../src/isolate/protocol.ts';
import { platformModules } from '../../support/platform-modules.ts';

export function callable(
  name: string,
  params: Readonly<Record<string, Primitive | ValueType>> = {},
  result?: ValueType,
): CallableFunction {
  return {
    id: name,
    name,
    params: Object.entries(params).map(([param, type]) => ({
      name: param,
      type: typeof type === 'string' ? { kind: type } : type,
    })),
    ...(result === undefined ? {} : { result }),
    callable: true,
  };
}

export function manifestOf(functions: readonly CallableFunction[], overrides: Partial<Manifest> = {}): Manifest {
  return {
    builderVersion: 1,
    digest: 'sha256:test',
    sourceBytes: 0,
    functions,
    imports: [],
    componentImports: [],
    exports: functions.map(({ id }) => id),
    features: [],
    suspends: false,
    modules: [],
    linking: {
      glue: 'jco',
      reason: 'the test says so',
      exportPaths: functions.map(({ id }) => ({ function: id, path: [id] })),
    },
    ...overrides,
  };
}

/** A component whose functions are these, with core modules by name. */
export function componentOf(
  instantiate: Instantiate,
  manifest: Manifest,
  modules: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
): Guest {
  const compiled = Object.entries(modules).map(([name, bytes]) => [name, compile(bytes)] as const);
  return glueGuest(instantiate, {
    modules: Object.fromEntries(compiled),
    manifest,
    platform: platformModules(),
  });
}

export function request(name: string, args: unknown = {}, overrides: Partial<CallRequest> = {}): CallRequest {
  const body = new TextEncoder().encode(typeof args === 'string' ? args : JSON.stringify(args));
  return {
    // encode() makes a buffer of its own, never a shared one.
    task: { kind: 'function', function: name, body: body.buffer as ArrayBuffer },
    instance: 'test',
    environment: [],
    timeoutMs: 1_000,
    fuel: 1_000_000_000,
    memoryBytes: 96 * 1024 * 1024,
    capabilityUses: 100,
    subrequests: 10,
    reuse: true,
    maxIdle: 64,
    maxResponseBytes: 1_000,
    ...overrides,
  };
}

/** Compiles: only isolates refuse to, and so do the types of Workers. */
export function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return Reflect.construct(WebAssembly.Module, [bytes]);
}
