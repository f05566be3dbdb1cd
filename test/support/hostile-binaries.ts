/** Components of the hostile set that are too large, or too odd, to be written down: they are made here. */
import { fromWat, leb, rawComponent } from './component-fixtures.ts';

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const NOP = 0x01;
const END = 0x0b;
const CORE_MODULE_SECTION = 1;

/** One core module with one function whose body is `bytes` long: nothing but `nop`. */
export function largeBody(bytes: number): Uint8Array {
  const body = new Uint8Array(bytes).fill(NOP);
  body[0] = 0; // no locals
  body[bytes - 1] = END;
  const types = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const head = [1, ...leb(bytes)];
  const code = [10, ...leb(head.length + bytes), ...head];
  const start = [...PREAMBLE, ...types, ...functions, ...code];
  return joined([
    rawComponent(),
    Uint8Array.of(CORE_MODULE_SECTION, ...leb(start.length + bytes)),
    Uint8Array.from(start),
    body,
  ]);
}

/** One core module with `count` memories of one page. */
export function manyMemories(count: number): Promise<Uint8Array> {
  return fromWat(`(component
    (core module $m ${'(memory 1) '.repeat(count)} (func (export "good") (param i32) (result i32) (local.get 0)))
    ${GOOD})`);
}

/** `count` core instances of a module that has one memory of `pages` pages. */
export function manyInstances(count: number, pages: number): Promise<Uint8Array> {
  return fromWat(`(component
    (core module $m (memory ${pages}) (func (export "good") (param i32) (result i32) (local.get 0)))
    ${'(core instance (instantiate $m)) '.repeat(count - 1)} ${GOOD})`);
}

const GOOD = `(core instance $i (instantiate $m))
  (func (export "good") (param "x" u32) (result u32) (canon lift (core func $i "good")))`;

/** Two core modules wired by each of `names`, as module, import and export name, one function `f{index}` for each. */
export function withCoreNames(names: readonly string[]): Promise<Uint8Array> {
  const wired = names.map((name, index) => {
    const text = watString(name);
    return `
      (core module $a${index}
        (func (export ${text}) (param i32) (result i32) (i32.add (local.get 0) (i32.const ${index}))))
      (core module $b${index}
        (import ${text} ${text} (func $f (param i32) (result i32)))
        (func (export ${text}) (param i32) (result i32) (call $f (local.get 0))))
      (core instance $a${index} (instantiate $a${index}))
      (core instance $b${index} (instantiate $b${index} (with ${text} (instance $a${index}))))
      (func (export "f${index}") (param "x" u32) (result u32) (canon lift (core func $b${index} ${text})))`;
  });
  return fromWat(`(component ${wired.join('')})`);
}

/** A component whose only function has this name: it answers the sum of its argument and 1. */
export function withExportNamed(name: string): Promise<Uint8Array> {
  return fromWat(`(component
    (core module $m
      (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
    (core instance $i (instantiate $m))
    (func (export ${watString(name)}) (param "x" u32) (result u32) (canon lift (core func $i "f"))))`);
}

/** A string literal of any text. */
function watString(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`);
  return `"${bytes.join('')}"`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
