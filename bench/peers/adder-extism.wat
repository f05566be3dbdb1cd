;; The adder as an Extism plugin: eight bytes in (two u32, little-endian), four bytes out.
(module
  (import "extism:host/env" "input_load_u64" (func $input (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))

  (func (export "add") (result i32)
    (local $pair i64) (local $sum i32) (local $at i64) (local $index i64)
    (local.set $pair (call $input (i64.const 0)))
    (local.set $sum (i32.add
      (i32.wrap_i64 (local.get $pair))
      (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32)))))
    (local.set $at (call $alloc (i64.const 4)))
    (loop $bytes
      (call $store (i64.add (local.get $at) (local.get $index)) (local.get $sum))
      (local.set $sum (i32.shr_u (local.get $sum) (i32.const 8)))
      (local.set $index (i64.add (local.get $index) (i64.const 1)))
      (br_if $bytes (i64.lt_u (local.get $index) (i64.const 4))))
    (call $output (local.get $at) (i64.const 4))
    (i32.const 0)))
