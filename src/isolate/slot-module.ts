/** The core module that turns a function of the harness into one that a table of wasm can hold. */

/**
 * `(module (import "h" "r" (func (result i32))) (export "r" (func 0)))`. It comes with every isolate, since nothing can
 * be compiled in one.
 */
export const SLOT_WASM: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[2, 7, 1, 1, 0x68, 1, 0x72, 0, 0],
  ...[7, 5, 1, 1, 0x72, 0, 0],
);
