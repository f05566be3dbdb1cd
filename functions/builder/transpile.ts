/** Runs jco: a component in, glue and core modules out. The only importer of jco. */
import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import { err, ok, type Result } from '../../src/core/result.ts';
import { takeStderr } from './inert-wasi.ts';

/** Names of functions in jco's spelling (`wasi:io/poll@0.2.3#poll`, `greet`) whose calls may suspend. */
export interface Suspension {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

export interface Transpiled {
  readonly glue: string;
  /** By the name that the glue asks for; everything that is not glue. The next stage takes them out one by one. */
  readonly modules: Map<string, Uint8Array>;
}

const NAME = 'c';
const GLUE_FILE = `${NAME}.js`;

/** Name of the n-th core module that jco inlines in the glue. */
export function inlineModuleName(index: number): string {
  return `${NAME}.inline${index}.wasm`;
}

/** The error is a clause that says why. After any error the instance of jco may be poisoned: drop the isolate. */
export async function transpile(
  component: Uint8Array,
  suspension: Suspension | undefined,
): Promise<Result<Transpiled, string>> {
  await $init;
  takeStderr();
  try {
    const { files } = generate(component, {
      name: NAME,
      noTypescript: true,
      noNodejsCompat: true,
      instantiation: { tag: 'sync' },
      base64Cutoff: 0,
      // Discriminants are checked: `true` would take what is out of range for one of the cases.
      validLiftingOptimization: false,
      noComponentErrorWrapping: true,
      noNamespacedExports: false,
      ...(suspension === undefined
        ? {}
        : { asyncMode: { tag: 'jspi', val: { imports: [...suspension.imports], exports: [...suspension.exports] } } }),
    });
    const modules = new Map<string, Uint8Array>();
    let glue: string | undefined;
    for (const [name, bytes] of files) {
      if (name === GLUE_FILE) glue = new TextDecoder().decode(bytes);
      else modules.set(name, bytes);
    }
    return glue === undefined ? err('the transpiler wrote no glue') : ok({ glue, modules });
  } catch (error) {
    return err(describe(error));
  }
}

const MAX_REASON_CHARACTERS = 500;

function describe(error: unknown): string {
  const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
  if (isTrap) {
    const panic = takeStderr().match(/panicked at[^\n]*\n([^\n]*)/)?.[1];
    return `the transpiler crashed on this component: ${(panic ?? error.message).slice(0, MAX_REASON_CHARACTERS)}`;
  }
  const payload = (error as { payload?: unknown } | null)?.payload;
  const text = typeof payload === 'string' ? payload : error instanceof Error ? error.message : String(error);
  return innermostCause(text).slice(0, MAX_REASON_CHARACTERS);
}

/** jco chains its reasons line by line; the last one says what is wrong. Its offsets are those of the renamed bytes. */
function innermostCause(text: string): string {
  const causes =
    text
      .split(/\n\s*\n?Stack backtrace/)[0]
      ?.split('\n')
      .filter((line) => line.trim() !== '') ?? [];
  const cause = causes.at(-1) ?? text;
  return cause
    .trim()
    .replace(/^\d+: /, '')
    .replace(/ \(at offset 0x[0-9a-f]+\)$/, '');
}
