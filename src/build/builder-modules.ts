/** The builder isolate's code as the Worker Loader takes it. Written by `scripts/build.ts`. */
import builder from '../../dist/isolates/builder.txt';
import core0 from '../../dist/isolates/builder-core0.bin';
import core1 from '../../dist/isolates/builder-core1.bin';
import core2 from '../../dist/isolates/builder-core2.bin';
import core3 from '../../dist/isolates/builder-core3.bin';
import hash from '../../dist/isolates/builder-hash.txt';

/** Changes with anything in the builder isolate. */
export const BUILDER_HASH: string = hash;

export const BUILDER_MAIN_MODULE = 'builder.js';

/** Names as the builder's text imports them; see `BUILDER_CORES` in scripts/lib/isolates.ts. */
export const BUILDER_MODULES: Readonly<Record<string, WorkerLoaderModule | string>> = {
  [BUILDER_MAIN_MODULE]: builder,
  'js-component-bindgen-component.core.wasm': { wasm: core0 },
  'js-component-bindgen-component.core2.wasm': { wasm: core1 },
  'js-component-bindgen-component.inline0.wasm': { wasm: core2 },
  'js-component-bindgen-component.inline1.wasm': { wasm: core3 },
};
