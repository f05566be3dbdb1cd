/** A component that gives back what it is given, for any WIT type: what jco's glue makes of a value, both ways. */

import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';

/** An exported function `(x: type) -> type`. */
export interface Echo {
  readonly name: string;
  readonly type: string;
  /**
   * How many core values the type is flattened to, all of them i32 and each at the next multiple of four in memory:
   * the core function stores them one after the other, which is the same value in its memory form.
   */
  readonly flat: number;
}

type Exports = Readonly<Record<string, (value: unknown) => unknown>>;

function coreFunction({ name, flat }: Echo): string {
  const params = Array.from({ length: flat }, () => '(param i32)').join(' ');
  const stores = Array.from({ length: flat }, (_, index) => {
    return `(i32.store (i32.add (local.get ${flat}) (i32.const ${index * 4})) (local.get ${index}))`;
  });
  return `(func (export "${name}") ${params} (result i32) (local i32)
    (local.set ${flat} (call $alloc (i32.const ${Math.max(flat, 1) * 4}))) ${stores.join(' ')} (local.get ${flat}))`;
}

function coreModule(echoes: readonly Echo[]): string {
  return `(module (memory (export "memory") 4) (global $top (mut i32) (i32.const 1024))
    (func $alloc (param i32) (result i32) (local i32)
      (local.set 1 (i32.and (i32.add (global.get $top) (i32.const 15)) (i32.const -16)))
      (global.set $top (i32.add (local.get 1) (local.get 0))) (local.get 1))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (call $alloc (local.get 3)))
    ${echoes.map(coreFunction).join('\n')})`;
}

/** Builds, transpiles and instantiates the component. `declarations` are WIT type declarations that the types use. */
export async function echoComponent(declarations: string, echoes: readonly Echo[]): Promise<Exports> {
  const functions = echoes.map(({ name, type }) => `export ${name}: func(x: ${type}) -> ${type};`);
  const witSource = `package demo:echo;\nworld echo {\n${declarations}\n${functions.join('\n')}\n}`;
  const binary = await parse(coreModule(echoes));
  const component = await componentNew(await componentEmbed({ binary, witSource, features: { tag: 'all' } }));
  const { files } = await transpileBytes(component, {
    name: 'echo',
    instantiation: 'async',
    wasiShim: false,
    nodejsCompat: false,
  });
  const byName = new Map(Object.entries(files).map(([path, bytes]) => [path.replace(/^.*\//, ''), bytes]));
  const glue = Buffer.from(byName.get('echo.js') ?? []).toString('base64');
  const { instantiate } = await import(/* @vite-ignore */ `data:text/javascript;base64,${glue}`);
  // The types of workerd have no constructor for modules; node has.
  return instantiate((path: string) => Reflect.construct(WebAssembly.Module, [byName.get(path)]), {});
}
