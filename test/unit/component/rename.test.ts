/** Rewriting keeps what a component does and leaves none of its author's core-level names in it. */
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { describe, expect, it } from 'vitest';
import { neutralize, renameCoreNames, stripCustomSections } from '../../../src/component/rename.ts';
import type { Result } from '../../../src/core/result.ts';
import {
  decoded,
  fromJavaScript,
  fromWat,
  fromWit,
  rawComponent,
  toWat,
  withCustomSection,
} from '../../support/component-fixtures.ts';
import { EVERYTHING } from '../../support/wit-sources.ts';

function unwrap<T>(result: Result<T, { reason: string }>): T {
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

/** Transpiles with jco and instantiates in this process. */
async function run(component: Uint8Array): Promise<Record<string, (...args: unknown[]) => unknown>> {
  const { files } = await transpileBytes(component, {
    name: 'c',
    instantiation: 'async',
    wasiShim: false,
    nodejsCompat: false,
  });
  const byName = new Map(Object.entries(files).map(([path, bytes]) => [path.replace(/^.*\//, ''), bytes]));
  const glue = Buffer.from(byName.get('c.js') ?? []).toString('base64');
  const { instantiate } = await import(/* @vite-ignore */ `data:text/javascript;base64,${glue}`);
  return instantiate((path: string) => Reflect.construct(WebAssembly.Module, [byName.get(path)]), {});
}

/** Two core modules wired to each other under the given names. */
function wired(names: { module: string; field: string; other: string; exported: string }): string {
  const quote = (name: string) =>
    `"${[...new TextEncoder().encode(name)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}"`;
  const { module, field, other, exported } = names;
  return `(component
    (core module $a
      (func (export ${quote(field)}) (result i32) i32.const 40)
      (func (export ${quote(other)}) (result i32) i32.const 2)
      (memory (export "memory") 1))
    (core module $b
      (import ${quote(module)} ${quote(field)} (func $f (result i32)))
      (import ${quote(module)} ${quote(other)} (func $g (result i32)))
      (func (export ${quote(exported)}) (result i32) (i32.add (call $f) (call $g))))
    (core instance $a (instantiate $a))
    (core instance $pick (export ${quote(field)} (func $a ${quote(field)})) (export ${quote(other)} (func $a ${quote(other)})))
    (core instance $b (instantiate $b (with ${quote(module)} (instance $pick))))
    (type $t (func (result u32)))
    (func $f (type $t) (canon lift (core func $b ${quote(exported)})))
    (export "answer" (func $f)))`;
}

describe('renaming', () => {
  it.each([
    ["f'.slice(0,(globalThis.X=1,1))+'", 'quotes'],
    ['back\\slash"double', 'a backslash'],
    ['line\u2028and\u2029paragraph\n', 'line separators'],
    ['then', 'then'],
    ['__proto__', '__proto__'],
    ['', 'nothing'],
  ])('keeps the wiring of a component whose names are %j', async (name) => {
    const source = await fromWat(
      wired({ module: name, field: `${name}constructor`, other: `${name}x`, exported: name }),
    );
    const renamed = unwrap(renameCoreNames(source));
    expect(decoded(renamed).world).toEqual(decoded(source).world);
    const exports = await run(renamed);
    expect(exports['answer']?.()).toBe(42);
    if (name.length > 3) expect(Buffer.from(renamed).includes(name)).toBe(false);
  });

  it('gives different names different ordinals and equal names equal ones', async () => {
    const renamed = unwrap(neutralize(await fromWat(wired({ module: 'a', field: 'b', other: 'c', exported: 'b' }))));
    const wat = await toWat(renamed);
    const names = new Set([...wat.matchAll(/"(m\d+)"/g)].map(([, name]) => name));
    expect([...names].sort()).toEqual(['m0', 'm1', 'm2', 'm3']);
  });

  it('renames in core module types, nested components and component types', async () => {
    const source = await fromWat(`(component
      (core type $m (module (import "secret-a" "secret-b" (func)) (export "secret-c" (memory 1 2))))
      (type $ct (component (core type $n (module (export "secret-d" (global (mut i64)))))))
      (component
        (core module (import "secret-a" "secret-e" (table 1 funcref)) (import "secret-a" "secret-t" (global f32)))
        (component (core module (func (export "secret-f"))))))`);
    const renamed = unwrap(renameCoreNames(source));
    expect(Buffer.from(renamed).includes('secret')).toBe(false);
    await expect(toWat(renamed)).resolves.toContain('"m0"');
  });

  it('refuses a core name that is not UTF-8', () => {
    const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 7, 5, 1, 1, 0xff, 0, 0];
    expect(renameCoreNames(rawComponent([1, module]))).toMatchObject({
      ok: false,
      error: { reason: expect.stringContaining('UTF-8') },
    });
  });

  it('keeps the world of a component with every type', async () => {
    const source = await fromWit(EVERYTHING);
    const renamed = unwrap(neutralize(source));
    expect(decoded(renamed).world).toEqual(decoded(source).world);
    await expect(
      transpileBytes(renamed, { name: 'c', instantiation: 'async', wasiShim: false }),
    ).resolves.toBeDefined();
  });

  it('keeps what a JavaScript component does', async () => {
    const wit = 'package demo:a; world a { export greet: func(name: string) -> string; }';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template belongs to the guest
    const source = await fromJavaScript(wit, 'export const greet = (name) => `Hello, ${name}!`;');
    const renamed = unwrap(neutralize(source));
    const exports = await run(renamed);
    expect(exports['greet']?.('you')).toBe('Hello, you!');
  });

  it('is repeatable', async () => {
    const once = unwrap(neutralize(await fromWit(EVERYTHING)));
    expect(unwrap(neutralize(once))).toEqual(once);
  });
});

describe('stripping custom sections', () => {
  it('drops them at every level and changes nothing else', async () => {
    const source = await fromWat(`(component
      (@custom "outer" "content-1")
      (component (core module (@custom "inner" "content-2") (func (export "f")))))`);
    const stripped = unwrap(stripCustomSections(source));
    expect(Buffer.from(stripped).toString('latin1')).not.toMatch(/content-|inner|outer/);
    await expect(toWat(stripped)).resolves.toContain('"f"');
    expect(unwrap(stripCustomSections(source, () => true))).toEqual(source);
  });

  it('keeps those that it is told to keep', async () => {
    const content = Uint8Array.of(1, 2, 3);
    const source = withCustomSection(
      withCustomSection(await fromWat('(component)'), 'stays', content),
      'goes',
      content,
    );
    const stripped = unwrap(stripCustomSections(source, (name) => name === 'stays'));
    expect(decoded(stripped).customSections).toMatchObject([{ name: 'stays', length: 3, depth: 0 }]);
  });
});
