/** The core module that turns functions of the harness into ones that a table of wasm can hold. */

/** `block try_table (catch_all 0)`: whatever is thrown inside goes to the end of the block. */
const GUARD = [0x02, 0x40, 0x1f, 0x40, 1, 0x02, 0];

/** `return`, the ends of both blocks, then `unreachable`. */
const RETURN_OR_TRAP = [0x0f, 0x0b, 0x0b, 0x00, 0x0b];

/** A function without locals that calls import `index` with the arguments that `before` pushes. */
function guarded(index: number, before: readonly number[]): readonly number[] {
  const body = [0, ...GUARD, ...before, 0x10, index, ...RETURN_OR_TRAP];
  return [body.length, ...body];
}

const BODIES = [...guarded(0, []), ...guarded(1, []), ...guarded(2, [0x20, 0, 0x20, 1, 0x20, 2])];

/**
 * Exports what it imports: `h.v` and `h.s`, both `() -> i32`, and `h.g`, `(i32, i32, i32) -> i32`. What they throw, or
 * reject with, becomes a trap: a guest could catch an exception, and go on without having been given anything. It comes
 * with every isolate, since nothing can be compiled in one.
 */
export const SLOT_WASM: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[1, 12, 2, 0x60, 0, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f],
  ...[2, 19, 3, 1, 0x68, 1, 0x76, 0, 0, 1, 0x68, 1, 0x73, 0, 0, 1, 0x68, 1, 0x67, 0, 1],
  ...[3, 4, 3, 0, 0, 1],
  ...[7, 13, 3, 1, 0x76, 0, 3, 1, 0x73, 0, 4, 1, 0x67, 0, 5],
  ...[10, 1 + BODIES.length, 3, ...BODIES],
);
