/** A command for tests: it prints what it was given and then ends as its first argument says. */
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { ALLOCATOR } from './passing-component.ts';

const WIT = `package t:t;
  package wasi:io@0.2.6 {
    interface error { resource error; }
    interface poll { resource pollable { block: func(); } }
    interface streams {
      use error.{error};
      variant stream-error { last-operation-failed(error), closed }
      resource input-stream { blocking-read: func(len: u64) -> result<list<u8>, stream-error>; }
      resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>; }
    }
  }
  package wasi:clocks@0.2.6 {
    interface monotonic-clock { use wasi:io/poll@0.2.6.{pollable}; subscribe-duration: func(when: u64) -> pollable; }
  }
  package wasi:cli@0.2.6 {
    interface environment {
      get-environment: func() -> list<tuple<string, string>>;
      get-arguments: func() -> list<string>;
    }
    interface exit { exit: func(status: result); exit-with-code: func(status-code: u8); }
    interface stdin { use wasi:io/streams@0.2.6.{input-stream}; get-stdin: func() -> input-stream; }
    interface stdout { use wasi:io/streams@0.2.6.{output-stream}; get-stdout: func() -> output-stream; }
    interface stderr { use wasi:io/streams@0.2.6.{output-stream}; get-stderr: func() -> output-stream; }
    interface run { run: func() -> result; }
  }
  world w {
    import wasi:cli/environment@0.2.6;
    import wasi:cli/exit@0.2.6;
    import wasi:cli/stdin@0.2.6;
    import wasi:cli/stdout@0.2.6;
    import wasi:cli/stderr@0.2.6;
    import wasi:clocks/monotonic-clock@0.2.6;
    export wasi:cli/run@0.2.6;
  }`;

/** Data at 16: a line break, at 17 an equals sign. Results of host functions go to 32 and 48. */
const CORE = `(module
  (import "wasi:cli/environment@0.2.6" "get-environment" (func $environment (param i32)))
  (import "wasi:cli/environment@0.2.6" "get-arguments" (func $arguments (param i32)))
  (import "wasi:cli/exit@0.2.6" "exit" (func $exit (param i32)))
  (import "wasi:cli/exit@0.2.6" "exit-with-code" (func $exit-with-code (param i32)))
  (import "wasi:cli/stdin@0.2.6" "get-stdin" (func $stdin (result i32)))
  (import "wasi:cli/stdout@0.2.6" "get-stdout" (func $get-stdout (result i32)))
  (import "wasi:cli/stderr@0.2.6" "get-stderr" (func $get-stderr (result i32)))
  (import "wasi:io/streams@0.2.6" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.6" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $timer (param i64) (result i32)))
  (import "wasi:io/poll@0.2.6" "[method]pollable.block" (func $block (param i32)))
  ${ALLOCATOR}
  (data (i32.const 16) "\\n=")
  (data (i32.const 20) "goodbye\\n")
  (global $out (mut i32) (i32.const -1))
  (func $print (param $at i32) (param $length i32) (result i32)
    (if (i32.eq (global.get $out) (i32.const -1)) (then (global.set $out (call $get-stdout))))
    (call $write (global.get $out) (local.get $at) (local.get $length) (i32.const 48))
    (i32.load8_u (i32.const 48)))
  (func $say (param i32 i32) (drop (call $print (local.get 0) (local.get 1))))
  (func $say-text (param $pair i32) (call $say (i32.load (local.get $pair)) (i32.load offset=4 (local.get $pair))))
  (func $say-all (local $at i32) (local $left i32)
    (call $arguments (i32.const 32))
    (local.set $at (i32.load (i32.const 32)))
    (local.set $left (i32.load (i32.const 36)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (call $say-text (local.get $at))
      (call $say (i32.const 16) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (call $environment (i32.const 32))
    (local.set $at (i32.load (i32.const 32)))
    (local.set $left (i32.load (i32.const 36)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (call $say-text (local.get $at))
      (call $say (i32.const 17) (i32.const 1))
      (call $say-text (i32.add (local.get $at) (i32.const 8)))
      (call $say (i32.const 16) (i32.const 1))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next))))
  (func $copy-stdin (local $in i32)
    (local.set $in (call $stdin))
    (block $done (loop $next
      (call $read (local.get $in) (i64.const 1000) (i32.const 32))
      (br_if $done (i32.load8_u (i32.const 32)))
      (call $say (i32.load (i32.const 36)) (i32.load (i32.const 40)))
      (br $next))))
  (func $mode (result i32)
    (call $arguments (i32.const 32))
    (if (i32.lt_u (i32.load (i32.const 36)) (i32.const 2)) (then (return (i32.const 0))))
    (i32.load8_u (i32.load (i32.add (i32.load (i32.const 32)) (i32.const 8)))))
  (func $sleep (param $ms i64)
    (call $block (call $timer (i64.mul (local.get $ms) (i64.const 1000000)))))
  (func (export "wasi:cli/run@0.2.6#run") (result i32) (local $mode i32)
    (local.set $mode (call $mode))
    (call $say-all)
    (call $copy-stdin)
    (call $write (call $get-stderr) (i32.const 20) (i32.const 8) (i32.const 48))
    (if (i32.eq (local.get $mode) (i32.const ${'e'.charCodeAt(0)})) (then (return (i32.const 1))))
    (if (i32.eq (local.get $mode) (i32.const ${'x'.charCodeAt(0)})) (then (call $exit-with-code (i32.const 7))))
    (if (i32.eq (local.get $mode) (i32.const ${'z'.charCodeAt(0)})) (then (call $exit (i32.const 0))))
    (if (i32.eq (local.get $mode) (i32.const ${'t'.charCodeAt(0)})) (then unreachable))
    (if (i32.eq (local.get $mode) (i32.const ${'s'.charCodeAt(0)})) (then (call $sleep (i64.const 600000))))
    (if (i32.eq (local.get $mode) (i32.const ${'f'.charCodeAt(0)})) (then (loop $more
      (br_if $more (i32.eqz (call $print (i32.const 0) (i32.const 4096)))))))
    (i32.const 0)))`;

/**
 * Prints its arguments and `NAME=value` for its environment, a line each, then its standard input; `goodbye` to stderr. By the
 * first letter of its first argument it then ends with `err` (`e`), `exit-with-code(7)` (`x`), `exit(ok)` (`z`), a trap
 * (`t`), sleeps for ten minutes (`s`), or floods stdout until that is refused (`f`); else with `ok`.
 */
export async function commandComponent(): Promise<Uint8Array> {
  const embedded = { binary: await parse(CORE), witSource: WIT, world: 't:t/w', features: { tag: 'all' } } as const;
  return componentNew(await componentEmbed(embedded));
}
