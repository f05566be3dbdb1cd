/** Isolates for tests, around a glue that the test writes: what a builder would never let through. */

import type { Manifest } from '../../../src/build/manifest.ts';
import { HARNESS } from '../../../src/isolate/harness-module.ts';
import { ISOLATE_COMPATIBILITY_DATE } from '../../../src/isolate/loader.ts';
import {
  GLUE_MODULE,
  HARNESS_MODULE,
  MAIN_MODULE,
  MANIFEST_MODULE,
  mainModuleSource,
  PLATFORM_MODULES,
} from '../../../src/isolate/main-module.ts';
import { PLATFORM_WASM } from '../../../src/isolate/platform-modules.ts';
import type { IsolateEntrypoint, PlatformModule } from '../../../src/isolate/protocol.ts';
import { bindings } from '../../support/gateway-client.ts';

const platform = Object.fromEntries(
  Object.entries(PLATFORM_WASM).map(([key, wasm]) => [PLATFORM_MODULES[key as PlatformModule], { wasm: wasm.buffer }]),
);

/** A fresh isolate of this glue. */
export function isolateOf(
  glue: string,
  manifest: Manifest,
  cores: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
): IsolateEntrypoint {
  const modules = Object.entries(cores).map(([name, bytes]) => [name, { wasm: bytes.buffer }] as const);
  const complete = { ...manifest, modules: modules.map(([name]) => ({ name, bytes: 0 })) };
  const worker = bindings.LOADER.get(crypto.randomUUID(), () => ({
    compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
    mainModule: MAIN_MODULE,
    modules: {
      [MAIN_MODULE]: mainModuleSource(complete),
      [HARNESS_MODULE]: HARNESS,
      [GLUE_MODULE]: glue,
      [MANIFEST_MODULE]: { json: complete },
      ...platform,
      ...Object.fromEntries(modules),
    },
    env: {},
    globalOutbound: null,
  }));
  // A cast: the entrypoint is the harness's class, which implements this interface.
  return worker.getEntrypoint() as unknown as IsolateEntrypoint;
}
