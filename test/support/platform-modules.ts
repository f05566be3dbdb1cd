/** The platform's own core modules, compiled as an isolate has them. */
import { PLATFORM_WASM } from '../../src/isolate/platform-modules.ts';
import { compile } from './build-fixtures.ts';

export const PLATFORM = {
  slot: compile(PLATFORM_WASM.slot),
  copy: compile(PLATFORM_WASM.copy),
  copy64: compile(PLATFORM_WASM.copy64),
};
