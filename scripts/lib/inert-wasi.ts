/** Gives jco's bundled component the builder's inert WASI in place of preview2-shim: it needs no environment at all. */
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

export function inertWasi(replacement: string): Plugin {
  return {
    name: 'inert-wasi',
    setup(build) {
      build.onResolve({ filter: /^@bytecodealliance\/preview2-shim\// }, () => ({ path: resolve(replacement) }));
    },
  };
}
