/** PURE: the text of an isolate's main module, which wires harness, glue and core modules together. */
import type { Manifest } from '../build/manifest.ts';
import type { PlatformModule } from './protocol.ts';

/** Names of the modules that `mainModuleSource` imports, next to the core modules of the manifest. */
export const MAIN_MODULE = 'main.js';
export const HARNESS_MODULE = 'harness.js';
export const GLUE_MODULE = 'glue.js';
export const MANIFEST_MODULE = 'manifest.json';

/** The files of the platform's own core modules. No core module of an artifact can have these names. */
export const PLATFORM_MODULES: Readonly<Record<PlatformModule, string>> = {
  slot: '_slot.wasm',
  copy: '_copy.wasm',
  copy64: '_copy64.wasm',
};

const CORE_MODULE_NAME = /^[a-z0-9][a-z0-9.-]*\.wasm$/;

/**
 * The main module of the isolate of this artifact. The harness comes first: it locks the globals before the glue is
 * evaluated. The core modules are imported statically, for nothing can be compiled in an isolate.
 */
export function mainModuleSource(manifest: Pick<Manifest, 'modules'>): string {
  const names = manifest.modules.map(({ name }) => name);
  for (const name of names) {
    if (!CORE_MODULE_NAME.test(name)) throw new Error(`not the name of a core module: ${JSON.stringify(name)}`);
  }
  return [
    `import { serve } from './${HARNESS_MODULE}';`,
    `import * as glue from './${GLUE_MODULE}';`,
    ...names.map((name, index) => `import core${index} from './${name}';`),
    ...Object.entries(PLATFORM_MODULES).map(([key, name]) => `import ${key} from './${name}';`),
    `import manifest from './${MANIFEST_MODULE}';`,
    `const modules = { ${names.map((name, index) => `'${name}': core${index}`).join(', ')} };`,
    `export default serve(glue, modules, manifest, { ${Object.keys(PLATFORM_MODULES).join(', ')} });`,
    '',
  ].join('\n');
}
