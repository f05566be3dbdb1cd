/** The core modules that come with every isolate, since nothing can be compiled in one. */
import { COPY_WASM, COPY64_WASM } from '../build/snapshot/copy-module.ts';
import type { PlatformModule } from './protocol.ts';
import { SLOT_WASM } from './slot-module.ts';

export const PLATFORM_WASM: Readonly<Record<PlatformModule, Uint8Array<ArrayBuffer>>> = {
  slot: SLOT_WASM,
  copy: COPY_WASM,
  copy64: COPY64_WASM,
};
