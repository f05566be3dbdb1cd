/** An esbuild plugin by which one file of this checkout stands in for another: the rest of a bundle stays what it is. */
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { ROOT } from '../scripts/local/paths.ts';

/** Paths from the checkout's root: the file that is replaced → the file that is taken. It may import what it replaces. */
export type Replacements = Readonly<Record<string, string>>;

/** The build fails when a file that is to be replaced is not imported at all. */
export function replaceModules(replacements: Replacements): Plugin {
  const replaced = new Map(Object.entries(replacements).map(([from, to]) => [resolve(ROOT, from), resolve(ROOT, to)]));
  return {
    name: 'replace-modules',
    setup(build) {
      const missing = new Set(replaced.keys());
      build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir }) => {
        const target = resolve(resolveDir, path);
        const instead = replaced.get(target);
        if (instead === undefined || importer === instead) return undefined;
        missing.delete(target);
        return { path: instead };
      });
      build.onEnd(() => ({ errors: [...missing].map((path) => ({ text: `nothing imports ${path}` })) }));
    },
  };
}
