/** Makes a component from source: JavaScript with a WIT world, or the text format. Both keep the WIT's doc comments. */
import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco';
import { componentize } from 'componentize-qjs';
import { withPackageDocs } from './package-docs.ts';

/** JavaScript through QuickJS (componentize-qjs): about 1.5 MB, built in about a second. */
export async function fromJavaScript(sourcePath: string, witPath: string): Promise<Uint8Array> {
  const { component } = await componentize({
    witPath,
    jsSource: await readFile(sourcePath, 'utf8'),
    jsPath: sourcePath,
    // The asynchronous ABI of the component model is not part of WASI 0.2.
    sync: true,
  });
  return withPackageDocs(component, await readFile(witPath, 'utf8'));
}

/** The WebAssembly text format, components included (jco's wasm-tools). */
export async function fromText(sourcePath: string, witPath: string): Promise<Uint8Array> {
  return withPackageDocs(await assemble(await readFile(sourcePath, 'utf8')), await readFile(witPath, 'utf8'));
}

/** A component (or module) written in the text format, as bytes. */
export async function assemble(wat: string): Promise<Uint8Array> {
  return parse(wat);
}
