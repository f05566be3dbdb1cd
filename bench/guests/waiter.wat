;; Waits for as many milliseconds as it is told, in a memory of one page that is in use to its last byte.
(component
  (import "wasi:io/poll@0.2.3" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock
    (export "pollable" (type $own (eq $pollable)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $own))))))

  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core func $drop (canon resource.drop $pollable))
  (core func $subscribe (canon lower (func $clock "subscribe-duration")))

  (core module $waiter
    (import "host" "block" (func $block (param i32)))
    (import "host" "drop" (func $drop (param i32)))
    (import "host" "subscribe" (func $subscribe (param i64) (result i32)))
    (memory 1 1)
    (func (export "wait") (param $ms i32)
      (local $pollable i32)
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))
      (local.set $pollable (call $subscribe (i64.mul (i64.extend_i32_u (local.get $ms)) (i64.const 1000000))))
      (call $block (local.get $pollable))
      (call $drop (local.get $pollable))))
  (core instance $host
    (export "block" (func $block))
    (export "drop" (func $drop))
    (export "subscribe" (func $subscribe)))
  (core instance $instance (instantiate $waiter (with "host" (instance $host))))
  (func (export "wait") (param "ms" u32) (canon lift (core func $instance "wait"))))
