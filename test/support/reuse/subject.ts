/** A component that does what it is told, step by step, and answers what it saw: every place where a call could leave something. */
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';

/** What a step does; each has two operands. Steps that see something add numbers to the answer. */
export const STEP = {
  /** The sum of all of its memory, in words. */
  hash: 0,
  store: 1,
  load: 2,
  setGlobal: 3,
  global: 4,
  setTable: 5,
  callTable: 6,
  growMemory: 7,
  memorySize: 8,
  growTable: 9,
  tableSize: 10,
  newHandle: 11,
  repOfHandle: 12,
  dropHandle: 13,
  environment: 14,
  write: 15,
  keepStream: 16,
  writeToHandle: 17,
  wait: 18,
  keepTimer: 19,
  clock: 20,
  random: 21,
  burn: 22,
  fill: 23,
  copy: 24,
  post: 25,
  fail: 26,
  trap: 27,
  spin: 28,
  exit: 29,
  rest: 30,
} as const;

const WIT = `package t:t;
world w {
  import wasi:cli/environment@0.2.6;
  import wasi:cli/exit@0.2.6;
  import wasi:cli/stdout@0.2.6;
  import wasi:clocks/monotonic-clock@0.2.6;
  import wasi:random/random@0.2.6;
  export things: interface { resource thing; }
  export run: func(steps: list<u32>) -> result<list<u32>, u32>;
}
package wasi:io@0.2.6 {
  interface error { resource error; }
  interface poll { resource pollable { block: func(); } }
  interface streams {
    use error.{error};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>; }
  }
}
package wasi:cli@0.2.6 {
  interface environment { get-environment: func() -> list<tuple<string, string>>; }
  interface exit { exit: func(status: result); }
  interface stdout { use wasi:io/streams@0.2.6.{output-stream}; get-stdout: func() -> output-stream; }
}
package wasi:clocks@0.2.6 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.6.{pollable};
    now: func() -> u64;
    subscribe-duration: func(when: u64) -> pollable;
  }
}
package wasi:random@0.2.6 { interface random { get-random-u64: func() -> u64; } }`;

/** Addresses: the area of the result, that of the answer, a text, and where room is made. */
const [RESULT, ANSWER, TEXT, HEAP] = [1024, 4096, 512, 16_384];

/** The code of each step: operands in the locals `a` and `b`. What it leaves on the stack is added to the answer. */
const CODE: Readonly<Record<keyof typeof STEP, string>> = {
  hash: '(call $push (call $hash))',
  store: '(i32.store (call $address (local.get $a)) (local.get $b))',
  load: '(call $push (i32.load (call $address (local.get $a))))',
  setGlobal: '(global.set $g (local.get $a)) (global.set $d (f64.convert_i32_u (local.get $b)))',
  global: '(call $push (i32.add (global.get $g) (i32.trunc_sat_f64_u (global.get $d))))',
  setTable: `(table.set $t (i32.and (local.get $a) (i32.const 3))
    (if (result funcref) (i32.and (local.get $b) (i32.const 1)) (then (ref.func $one)) (else (ref.func $two))))`,
  callTable: `(local.set $b (i32.const 0)) (local.set $a (i32.const 4))
    (loop $l (local.set $a (i32.sub (local.get $a) (i32.const 1)))
      (local.set $b (i32.add (i32.mul (local.get $b) (i32.const 3)) (call_indirect $t (result i32) (local.get $a))))
      (br_if $l (local.get $a)))
    (call $push (local.get $b))`,
  growMemory: '(call $push (memory.grow (i32.and (local.get $a) (i32.const 7))))',
  memorySize: '(call $push (memory.size))',
  growTable: '(call $push (table.grow $t (ref.func $one) (i32.and (local.get $a) (i32.const 7))))',
  tableSize: '(call $push (table.size $t))',
  newHandle: '(call $push (call $new (local.get $a)))',
  repOfHandle: '(call $push (call $rep (local.get $a)))',
  dropHandle: '(call $drop-thing (local.get $a))',
  environment: '(call $environment (i32.const 2048)) (call $push (i32.load (i32.const 2052)))',
  write: `(local.set $a (call $stdout))
    (call $write (local.get $a) (i32.const ${TEXT}) (i32.const 5) (i32.const 2064)) (call $drop-stream (local.get $a))`,
  keepStream: '(call $push (call $stdout))',
  writeToHandle: '(call $write (local.get $a) (i32.const 512) (i32.const 3) (i32.const 2064))',
  wait: '(call $wait (i64.extend_i32_u (i32.and (local.get $a) (i32.const 7))))',
  keepTimer: '(call $push (call $subscribe (i64.const 1000000)))',
  clock: '(call $push (i64.lt_u (call $now) (i64.const 100000000000)))',
  random: '(call $push (i64.eqz (call $random)))',
  burn: '(local.set $a (i32.and (local.get $a) (i32.const 65535))) (loop $l (br_if $l (local.tee $a (i32.sub (local.get $a) (i32.const 1)))))',
  fill: '(memory.fill (call $address (local.get $a)) (local.get $b) (i32.const 4))',
  copy: '(memory.copy (call $address (local.get $a)) (call $address (local.get $b)) (i32.const 4))',
  post: '(call $push (i32.add (global.get $posts) (global.get $top)))',
  fail: `(i32.store8 (i32.const ${RESULT}) (i32.const 1)) (i32.store (i32.const ${RESULT + 4}) (local.get $a)) (return (i32.const ${RESULT}))`,
  trap: '(unreachable)',
  spin: '(loop $l (br $l))',
  exit: '(call $exit (i32.const 1))',
  rest: '(call $wait (i64.const 60000))',
};

/** With `pages` of memory: its memory is put back whole up to 8 pages, and page by page beyond. */
function coreText(pages: number): string {
  const steps = Object.entries(STEP).map(
    ([name, number]) => `(if (i32.eq (local.get $op) (i32.const ${number})) (then ${CODE[name as keyof typeof STEP]}))`, // a key of STEP
  );
  return `(module
  (import "wasi:cli/environment@0.2.6" "get-environment" (func $environment (param i32)))
  (import "wasi:cli/exit@0.2.6" "exit" (func $exit (param i32)))
  (import "wasi:cli/stdout@0.2.6" "get-stdout" (func $stdout (result i32)))
  (import "wasi:io/streams@0.2.6" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.6" "[resource-drop]output-stream" (func $drop-stream (param i32)))
  (import "wasi:io/poll@0.2.6" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.6" "[resource-drop]pollable" (func $drop-pollable (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.6" "now" (func $now (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $subscribe (param i64) (result i32)))
  (import "wasi:random/random@0.2.6" "get-random-u64" (func $random (result i64)))
  (import "[export]things" "[resource-new]thing" (func $new (param i32) (result i32)))
  (import "[export]things" "[resource-rep]thing" (func $rep (param i32) (result i32)))
  (import "[export]things" "[resource-drop]thing" (func $drop-thing (param i32)))
  (memory (export "memory") ${pages}) (data (i32.const ${TEXT}) "text\\0a")
  (table $t 4 64 funcref) (elem (table $t) (i32.const 0) func $one $two $one $two)
  (global $g (mut i32) (i32.const 5)) (global $d (mut f64) (f64.const 2))
  (global $top (mut i32) (i32.const ${HEAP})) (global $posts (mut i32) (i32.const 0)) (global $seen (mut i32) (i32.const 0))
  (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
  (func $init (local $i i32)
    (loop $l (i32.store (i32.add (i32.const 8192) (local.get $i)) (i32.mul (local.get $i) (i32.const 7)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 4000))))
    (global.set $g (i32.const 6)))
  (start $init)
  (func $push (param i32)
    (i32.store (i32.add (i32.const ${ANSWER}) (i32.shl (global.get $seen) (i32.const 2))) (local.get 0))
    (global.set $seen (i32.add (global.get $seen) (i32.const 1))))
  (func $address (param i32) (result i32) (i32.and (i32.rem_u (local.get 0) (i32.shl (memory.size) (i32.const 16))) (i32.const -4)))
  (func $hash (result i32) (local $at i32) (local $sum i32)
    (loop $l (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load (local.get $at))))
      (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.shl (memory.size) (i32.const 16)))))
    (local.get $sum))
  (func $wait (param $ms i64) (local $timer i32)
    (local.set $timer (call $subscribe (i64.mul (local.get $ms) (i64.const 1000000))))
    (call $block (local.get $timer)) (call $drop-pollable (local.get $timer)))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local i32)
    (local.set 4 (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get 4) (local.get 3))) (local.get 4))
  (func (export "run") (param $at i32) (param $count i32) (result i32) (local $op i32) (local $a i32) (local $b i32) (local $end i32)
    (local.set $end (i32.add (local.get $at) (i32.shl (local.get $count) (i32.const 2))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $op (i32.load (local.get $at)))
      (local.set $a (i32.load offset=4 (local.get $at)))
      (local.set $b (i32.load offset=8 (local.get $at)))
      ${steps.join('\n      ')}
      (local.set $at (i32.add (local.get $at) (i32.const 12)))
      (br $next)))
    (i32.store8 (i32.const ${RESULT}) (i32.const 0))
    (i32.store (i32.const ${RESULT + 4}) (i32.const ${ANSWER}))
    (i32.store (i32.const ${RESULT + 8}) (global.get $seen))
    (i32.const ${RESULT}))
  (func (export "cabi_post_run") (param i32) (global.set $posts (i32.add (global.get $posts) (i32.const 1)))))`;
}

/** The component, with so many pages of 64 KiB. */
export async function subject(pages: number): Promise<Uint8Array> {
  const binary = await parse(coreText(pages));
  return componentNew(await componentEmbed({ binary, witSource: WIT, features: { tag: 'all' } }));
}
