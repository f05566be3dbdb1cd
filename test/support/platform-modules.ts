/** The platform's own core modules, compiled as an isolate has them. Only isolates refuse to compile, and so do the types of Workers. */
import type { ComponentParts } from '../../functions/runtime/component-parts.ts';
import { PLATFORM_WASM } from '../../src/isolate/platform-modules.ts';

let compiled: ComponentParts['platform'] | undefined;

export function platformModules(): ComponentParts['platform'] {
  const compile = (bytes: Uint8Array): WebAssembly.Module => Reflect.construct(WebAssembly.Module, [bytes]);
  compiled ??= {
    slot: compile(PLATFORM_WASM.slot),
    copy: compile(PLATFORM_WASM.copy),
    copy64: compile(PLATFORM_WASM.copy64),
  };
  return compiled;
}
