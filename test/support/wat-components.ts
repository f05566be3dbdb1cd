/** Small components as WAT, one behaviour each. Built in Node; tests in workerd get their bytes by injection. */
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { WAT_IMPORTS } from './wat-imports.ts';

/** A component with one core module `$m` and functions lifted from it without memory. */
function lifted(core: string, functions: string): string {
  return `(component (core module $m ${core}) (core instance $i (instantiate $m)) ${functions})`;
}

export const WAT_COMPONENTS = {
  ...WAT_IMPORTS,
  adder: lifted(
    '(func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)',
    '(func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))',
  ),
  /** Other bytes, other answer: the next version of `adder`. */
  subtractor: lifted(
    '(func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.sub)',
    '(func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))',
  ),
  /** Counts in a global and in memory, and answers their sum: 2 on a fresh instance. */
  counter: lifted(
    `(memory 1) (global $g (mut i32) (i32.const 0))
     (func (export "count") (result i32)
       (global.set $g (i32.add (global.get $g) (i32.const 1)))
       (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
       (i32.add (global.get $g) (i32.load (i32.const 16))))`,
    '(func (export "count") (result u32) (canon lift (core func $i "count")))',
  ),
  trap: lifted('(func (export "boom") unreachable)', '(func (export "boom") (canon lift (core func $i "boom")))'),
  loop: lifted('(func (export "spin") (loop br 0))', '(func (export "spin") (canon lift (core func $i "spin")))'),
  recursion: lifted(
    '(func $r (export "dive") (result i32) (i32.add (call $r) (i32.const 1)))',
    '(func (export "dive") (result u32) (canon lift (core func $i "dive")))',
  ),
  startTrap: lifted(
    '(func $s unreachable) (start $s) (func (export "f"))',
    '(func (export "f") (canon lift (core func $i "f")))',
  ),
  thenExport: lifted(
    '(func (export "then") (result i32) i32.const 7)',
    '(func (export "then") (result u32) (canon lift (core func $i "then")))',
  ),
  /** Waits for a timer: `wait` for as long as it is told, and answers with that; `ping` at once; `rest` for a minute. Starts with 2 pages. */
  waiter: `(component
    (import "wasi:io/poll@0.2.6" (instance $poll
      (export "pollable" (type $p (sub resource)))
      (export "[method]pollable.block" (func (param "self" (borrow $p))))))
    (alias export $poll "pollable" (type $pollable))
    (import "wasi:clocks/monotonic-clock@0.2.6" (instance $clock
      (alias outer 1 $pollable (type $outer))
      (export "pollable" (type $q (eq $outer)))
      (export "subscribe-duration" (func (param "when" u64) (result (own $q))))))
    (core func $subscribe (canon lower (func $clock "subscribe-duration")))
    (core func $block (canon lower (func $poll "[method]pollable.block")))
    (core func $drop (canon resource.drop $pollable))
    (core module $m
      (import "h" "subscribe" (func $subscribe (param i64) (result i32)))
      (import "h" "block" (func $block (param i32)))
      (import "h" "drop" (func $drop (param i32)))
      (memory 2)
      (func $wait (export "wait") (param $ms i32) (result i32) (local $timer i32)
        (local.set $timer (call $subscribe (i64.mul (i64.extend_i32_u (local.get $ms)) (i64.const 1000000))))
        (call $block (local.get $timer))
        (call $drop (local.get $timer))
        (local.get $ms))
      (func (export "rest") (drop (call $wait (i32.const 60000))))
    (func (export "ping") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m (with "h" (instance
      (export "subscribe" (func $subscribe)) (export "block" (func $block)) (export "drop" (func $drop))))))
    (func (export "wait") (param "ms" u32) (result u32) (canon lift (core func $i "wait")))
    (func (export "rest") (canon lift (core func $i "rest")))
  (func (export "ping") (result u32) (canon lift (core func $i "ping"))))`,
  unknownImport: '(component (import "acme:db/query@1.0.0" (instance (export "run" (func (param "sql" string))))))',
} as const;

export type WatComponent = keyof typeof WAT_COMPONENTS;

export async function watComponent(name: WatComponent): Promise<Uint8Array> {
  return parse(WAT_COMPONENTS[name]);
}
