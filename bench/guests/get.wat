;; Reads one key of one bucket as often as it is told.
(module
  (import "wasi:keyvalue/store@0.2.0-draft" "open" (func $open (param i32 i32 i32)))
  (import "wasi:keyvalue/store@0.2.0-draft" "[method]bucket.get" (func $get (param i32 i32 i32 i32)))
  (import "wasi:keyvalue/store@0.2.0-draft" "[method]bucket.set" (func $set (param i32 i32 i32 i32 i32 i32)))
  (import "wasi:keyvalue/store@0.2.0-draft" "[resource-drop]bucket" (func $drop (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "bench")
  ;; What the host makes room for is read at once, so there is one place for all of it.
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "run") (param $count i32)
    (local $bucket i32)
    (call $open (i32.const 0) (i32.const 5) (i32.const 1024))
    (if (i32.load8_u (i32.const 1024)) (then (unreachable)))
    (local.set $bucket (i32.load (i32.const 1028)))
    (call $set (local.get $bucket) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 5) (i32.const 1024))
    (if (i32.load8_u (i32.const 1024)) (then (unreachable)))
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $count)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (call $get (local.get $bucket) (i32.const 0) (i32.const 5) (i32.const 1024))
        (if (i32.load8_u (i32.const 1024)) (then (unreachable)))
        (if (i32.ne (i32.load (i32.const 1036)) (i32.const 5)) (then (unreachable)))
        (br $next)))
    (call $drop (local.get $bucket))))
