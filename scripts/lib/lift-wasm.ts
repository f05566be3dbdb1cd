/**
 * jco's own transpiled parts load their core modules with `fetch` or from base64, which a dynamic Worker cannot do. This
 * esbuild plugin turns both into static imports of `.wasm` modules, which the Worker Loader is given beside the text.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Module name → bytes, filled while esbuild runs. */
export type LiftedModules = Map<string, Uint8Array>;

const FETCHED = /fetchCompile\(new URL\('\.\/([\w.-]+\.wasm)', import\.meta\.url\)\)/g;
const INLINE = /base64Compile\('([A-Za-z0-9+/=]+)'\)/g;

export function liftWasm(lifted: LiftedModules): Plugin {
  return {
    name: 'lift-wasm',
    setup(build) {
      build.onResolve({ filter: /^lifted:/ }, ({ path }) => ({
        path: `./${path.slice('lifted:'.length)}`,
        external: true,
      }));
      build.onLoad({ filter: /jco-transpile[\\/]vendor[\\/].*\.js$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const imports: string[] = [];
        const lift = (name: string, bytes: Uint8Array): string => {
          lifted.set(name, bytes);
          imports.push(`import lifted${imports.length} from 'lifted:${name}';`);
          return `Promise.resolve(lifted${imports.length - 1})`;
        };
        const reads = new Map<string, Uint8Array>();
        for (const [, file = ''] of source.matchAll(FETCHED))
          reads.set(file, await readFile(join(dirname(path), file)));
        let inline = 0;
        const contents = source
          .replaceAll(FETCHED, (_, file: string) => lift(basename(file), reads.get(file) ?? new Uint8Array()))
          .replaceAll(INLINE, (_, base64: string) =>
            lift(`${basename(path, '.js')}.inline${inline++}.wasm`, Buffer.from(base64, 'base64')),
          );
        // Only for Node, and never called any more.
        const portable = contents.replaceAll("await import('node:fs/promises')", 'undefined');
        if (contents.includes('fetchCompile(new URL') || contents.includes("base64Compile('")) {
          throw new Error(`${path}: a core module is loaded in a way that this plugin does not know`);
        }
        return { contents: `${portable}\n${imports.join('\n')}`, loader: 'js' };
      });
    },
  };
}
