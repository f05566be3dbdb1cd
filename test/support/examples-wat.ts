/** Tiny components (and things that are none) in the text format, one per behaviour. */
import { assemble } from '../../scripts/local/componentize.ts';

/** Counts its calls in linear memory (low half of the answer) and in a global (high half). */
export const counter = (): Promise<Uint8Array> =>
  assemble(`(component
    (core module $counter
      (memory 1)
      (global $calls (mut i32) (i32.const 0))
      (func (export "count") (result i32)
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (global.set $calls (i32.add (global.get $calls) (i32.const 65536)))
        (i32.add (i32.load (i32.const 0)) (global.get $calls))))
    (core instance $instance (instantiate $counter))
    (func (export "count") (result u32) (canon lift (core func $instance "count"))))`);

/** What `count` answers in a fresh instance: 1 in memory, 1 in the global. */
export const COUNT_OF_FRESH_INSTANCE = 65_537;

/** Traps when it is called. */
export const trapper = (): Promise<Uint8Array> =>
  assemble(`(component
    (core module $trapper (func (export "fall") (result i32) unreachable))
    (core instance $instance (instantiate $trapper))
    (func (export "fall") (result u32) (canon lift (core func $instance "fall"))))`);

/** Never returns when it is called. */
export const looper = (): Promise<Uint8Array> =>
  assemble(`(component
    (core module $looper (func (export "spin") (result i32) (loop $again (br $again)) unreachable))
    (core instance $instance (instantiate $looper))
    (func (export "spin") (result u32) (canon lift (core func $instance "spin"))))`);

/** A valid component whose string encoding makes the transpiler panic. */
export const panicker = (): Promise<Uint8Array> =>
  assemble(`(component
    (core module $panicker
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
      (func (export "f") (param i32 i32)))
    (core instance $instance (instantiate $panicker))
    (alias core export $instance "memory" (core memory $memory))
    (alias core export $instance "realloc" (core func $realloc))
    (func (export "f") (param "s" string)
      (canon lift (core func $instance "f") (memory $memory) (realloc $realloc) string-encoding=latin1+utf16)))`);

/** Imports an interface and a function that no platform provides. */
export const importer = (): Promise<Uint8Array> =>
  assemble(`(component
    (import "nowhere:near/thing@1.0.0" (instance (export "touch" (func))))
    (import "host-secret" (func (result string)))
    (core module $plain (func (export "one") (result i32) (i32.const 1)))
    (core instance $instance (instantiate $plain))
    (func (export "one") (result u32) (canon lift (core func $instance "one"))))`);

/** Imports an interface that some other component may export. */
export const stranger = (): Promise<Uint8Array> =>
  assemble(`(component
    (import "nowhere:near/thing@1.0.0" (instance (export "touch" (func))))
    (core module $plain (func (export "one") (result i32) (i32.const 1)))
    (core instance $instance (instantiate $plain))
    (func (export "one") (result u32) (canon lift (core func $instance "one"))))`);

/** A valid core module. */
export const coreModule = (): Promise<Uint8Array> =>
  assemble('(module (func (export "one") (result i32) (i32.const 1)))');

/** A WIT package in its binary form: the same preamble as a component, but nothing to run. */
export const witPackage = (): Promise<Uint8Array> =>
  assemble(`(component
    (type (component
      (type (component (export "greet" (func (param "name" string) (result string)))))
      (export "demo:hello/hello@0.1.0" (component (type 0)))))
    (export "hello" (type 0))
    (@custom "package-docs" "\\00{}"))`);
