;; Sends one message to one topic as often as it is told.
(module
  (import "wasi:messaging/types@0.2.0-draft" "[static]client.connect" (func $connect (param i32 i32 i32)))
  (import "wasi:messaging/types@0.2.0-draft" "[constructor]message" (func $message (param i32 i32) (result i32)))
  (import "wasi:messaging/types@0.2.0-draft" "[resource-drop]client" (func $drop (param i32)))
  (import "wasi:messaging/producer@0.2.0-draft" "send" (func $send (param i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "bench")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "run") (param $count i32)
    (local $client i32)
    (call $connect (i32.const 0) (i32.const 5) (i32.const 1024))
    (if (i32.load8_u (i32.const 1024)) (then (unreachable)))
    (local.set $client (i32.load (i32.const 1028)))
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $count)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (call $send (local.get $client) (i32.const 0) (i32.const 5)
          (call $message (i32.const 0) (i32.const 5)) (i32.const 1024))
        (if (i32.load8_u (i32.const 1024)) (then (unreachable)))
        (br $next)))
    (call $drop (local.get $client))))
