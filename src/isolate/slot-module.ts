/** The core module that turns functions of the harness into ones that a table of wasm can hold. */

/**
 * Gives what it imports back as exports: `h.v` and `h.s`, both `() -> i32`, and `h.g`, `(i32, i32, i32) -> i32`. It comes
 * with every isolate, since nothing can be compiled in one.
 */
export const SLOT_WASM: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[1, 12, 2, 0x60, 0, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f],
  ...[2, 19, 3, 1, 0x68, 1, 0x76, 0, 0, 1, 0x68, 1, 0x73, 0, 0, 1, 0x68, 1, 0x67, 0, 1],
  ...[7, 13, 3, 1, 0x76, 0, 0, 1, 0x73, 0, 1, 1, 0x67, 0, 2],
);
