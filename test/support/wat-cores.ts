/** Core modules for the tests in workerd, which cannot parse WAT: Node does it for them (see provide-components.ts). */
import { coreModule } from './build-fixtures.ts';

export const WAT_CORES = {
  /** Functions around an import that suspends; the slot is for one of another instance. */
  suspending: `(module
    (type $number (func (result i32)))
    (import "h" "wait" (func $wait (type $number)))
    (import "h" "through" (func $through (type $number)))
    (table (export "slot") 1 funcref)
    (export "wait" (func $wait))
    (func (export "direct") (type $number) (call $wait))
    (func (export "through") (type $number) (call $through))
    (func (export "indirect") (type $number) (call_indirect (type $number) (i32.const 0)))
    (func (export "caught") (type $number)
      (block $c (try_table (catch_all $c) (return (call $wait)))) (i32.const -7))
    (func (export "trapped") (type $number)
      (block $c (try_table (catch_all $c) (drop (call $wait)) unreachable)) (i32.const -7))
    (func (export "turns") (param i32)
      (loop (drop (call $wait)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func $deep (export "deep") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
        (else (drop (call $wait)) (i32.const 0)))))`,
} as const;

export type WatCore = keyof typeof WAT_CORES;

/** The bytes of one of the modules above. */
export function watCore(name: WatCore): Promise<Uint8Array<ArrayBuffer>> {
  return coreModule(WAT_CORES[name]);
}
