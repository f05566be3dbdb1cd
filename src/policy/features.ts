/** Names of WebAssembly features, for `validation.denyFeatures` and for the facts that a build gathers. */

/**
 * The closed set, spelt as wasm-tools does. Closed because a misspelt feature in a deny list would deny nothing, and
 * nobody would notice.
 */
export const WASM_FEATURES = [
  'bulk-memory',
  'component-model-async',
  'custom-page-sizes',
  'exceptions',
  'extended-const',
  'function-references',
  'gc',
  'legacy-exceptions',
  'memory64',
  'multi-memory',
  'multi-value',
  'mutable-global',
  'reference-types',
  'relaxed-simd',
  'saturating-float-to-int',
  'shared-everything-threads',
  'sign-extension',
  'simd',
  'stack-switching',
  'tail-call',
  'threads',
  'wide-arithmetic',
] as const;

/** One word of `WASM_FEATURES`. */
export type WasmFeature = (typeof WASM_FEATURES)[number];
