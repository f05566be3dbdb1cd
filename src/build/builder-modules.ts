/** The builder isolate's code as the Worker Loader takes it. Written by `scripts/build.ts`. */
import builder from '../../dist/isolates/builder.txt';
import core0 from '../../dist/isolates/builder-core0.wasm';
import core1 from '../../dist/isolates/builder-core1.wasm';
import core2 from '../../dist/isolates/builder-core2.wasm';
import core3 from '../../dist/isolates/builder-core3.wasm';

export const BUILDER_MAIN_MODULE = 'builder.js';

/**
 * Compiled once with the Worker: every builder isolate shares the code. Names as the builder's text imports them; see
 * `BUILDER_CORES` in scripts/lib/isolates.ts.
 */
export const BUILDER_MODULES: Readonly<Record<string, WorkerLoaderModule | string>> = {
  [BUILDER_MAIN_MODULE]: builder,
  'js-component-bindgen-component.core.wasm': { wasm: core0 },
  'js-component-bindgen-component.core2.wasm': { wasm: core1 },
  'js-component-bindgen-component.inline0.wasm': { wasm: core2 },
  'js-component-bindgen-component.inline1.wasm': { wasm: core3 },
};
