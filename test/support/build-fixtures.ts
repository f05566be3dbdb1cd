/** Components, glue and core modules for the tests of the build, made from source. */
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Box } from '../../functions/builder/box.ts';
import { type buildComponent as Build, buildComponent } from '../../functions/builder/build-component.ts';
import { liftGlue } from '../../functions/builder/glue-lift.ts';
import { suspensionOf } from '../../functions/builder/suspension.ts';
import { inlineModuleName, transpile } from '../../functions/builder/transpile.ts';
import type { ArtifactContent } from '../../src/build/artifact.ts';
import { decodeComponent } from '../../src/component/decode/index.ts';
import { neutralize } from '../../src/component/rename.ts';

export const DIGEST = `sha256:${'0'.repeat(64)}`;

/** A core module from WAT. */
export async function coreModule(wat: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await parse(wat));
}

/** Compiles a core module, which only Node does: the types are those of Workers, where it is refused. */
export function compile(bytes: Uint8Array): WebAssembly.Module {
  const Module = WebAssembly.Module as unknown as new (source: Uint8Array) => WebAssembly.Module;
  return new Module(bytes);
}

/** Runs all stages with the usual options. */
export function build(component: Uint8Array, options: { readonly glue?: 'jco' } = {}): ReturnType<typeof Build> {
  return buildComponent(new Box(new Uint8Array(component)), {
    digest: DIGEST,
    maxBytes: component.length,
    initialFuel: 1_000_000,
    ...options,
  });
}

/** The same for a component that must build. */
export async function built(component: Uint8Array, options: { readonly glue?: 'jco' } = {}): Promise<ArtifactContent> {
  const result = await build(component, options);
  if (!result.ok) throw new Error(`${result.error.stage}: ${result.error.reason}`);
  return result.value;
}

/** The glue of a component as it is checked. `suspends: false` leaves JSPI out even if the component waits. */
export async function glueOf(component: Uint8Array, { suspends = true } = {}): Promise<string> {
  const decoded = decodeComponent(component);
  const renamed = neutralize(component);
  if (!decoded.ok || !renamed.ok) throw new Error('not a component');
  const transpiled = await transpile(renamed.value, suspends ? suspensionOf(decoded.value.world) : undefined);
  if (!transpiled.ok) throw new Error(transpiled.error);
  return liftGlue(transpiled.value.glue, inlineModuleName).source;
}

/** Two core modules, wired by names of the caller's choice: the names are all that differs. */
export async function componentWithCoreNames(
  names: readonly [memory: string, fn: string, module: string],
): Promise<Uint8Array> {
  const [memory, fn, module] = names.map(watString);
  return parse(`(component
    (core module $first (memory (export ${memory}) 1) (func (export ${fn}) (param i32) (result i32) local.get 0))
    (core instance $one (instantiate $first))
    (core module $second (import ${module} ${fn} (func $f (param i32) (result i32)))
      (func (export ${fn}) (param i32) (result i32) local.get 0 call $f)
      (func (export ${memory}) (param i32 i32 i32 i32) (result i32) i32.const 64))
    (alias core export $one ${memory} (core memory $mem))
    (core instance $two (instantiate $second (with ${module} (instance $one))))
    (alias core export $two ${memory} (core func $realloc))
    (func (export "twice") (param "x" u32) (result u32)
      (canon lift (core func $two ${fn}) (memory $mem) (realloc $realloc))))`);
}

/** A WAT string literal of any text. */
function watString(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(16).padStart(2, '0')}`);
  return `"${bytes.join('')}"`;
}
