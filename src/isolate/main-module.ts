/** PURE: the text of an isolate's main module, which wires harness, glue and core modules together. */
import type { Manifest } from '../build/manifest.ts';

/** Names of the modules that `mainModuleSource` imports, next to the core modules of the manifest. */
export const MAIN_MODULE = 'main.js';
export const HARNESS_MODULE = 'harness.js';
export const GLUE_MODULE = 'glue.js';
export const MANIFEST_MODULE = 'manifest.json';
/** `SLOT_WASM` of slot-module.ts. No core module of an artifact can have this name. */
export const SLOT_MODULE = '_slot.wasm';

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
    `import slot from './${SLOT_MODULE}';`,
    `import manifest from './${MANIFEST_MODULE}';`,
    `export default serve(glue, { ${names.map((name, index) => `'${name}': core${index}`).join(', ')} }, manifest, slot);`,
    '',
  ].join('\n');
}
