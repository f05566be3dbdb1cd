/** Who may import whom, as a table: design.md's "Imports go" in data. */

export type Layer =
  | 'core'
  | 'component'
  | 'policy'
  | 'build'
  | 'capability'
  | 'isolate'
  | 'observe'
  | 'durable'
  | 'gateway'
  | 'mcp'
  | 'dashboard'
  | 'cli'
  | 'index'
  | 'functions'
  | 'builder'
  | 'examples'
  | 'scripts'
  | 'test'
  | 'bench';

interface LayerRule {
  readonly values: readonly Layer[];
  /** Allowed on top of `values` when nothing but types is imported. */
  readonly types: readonly Layer[];
  /** Single files that are allowed on top. */
  readonly files?: readonly string[];
  /** Files whose types are allowed on top. */
  readonly typeFiles?: RegExp;
}

/** Pure data that both sides of the isolate border read. */
const SHARED_DATA = ['provided', 'missing', 'releases'].map((name) => `functions/runtime/wasi/${name}.ts`);

/** What sits between policy and the objects; its members may use each other, cycles are found separately. */
const MIDDLE: readonly Layer[] = ['build', 'capability', 'isolate', 'observe'];
const PURE: readonly Layer[] = ['core', 'component', 'policy'];
/** Faces: they reach objects only through stubs, so of an object they see the contract's types. */
const FACE: LayerRule = {
  values: [...PURE, 'build', 'observe'],
  types: ['durable', 'capability', 'isolate'],
  files: ['durable/shared/bindings.ts', 'durable/shared/directory-client.ts', 'src/capability/metadata.ts'],
};
const MIDDLE_RULE: LayerRule = { values: [...PURE, ...MIDDLE], types: [], files: SHARED_DATA };
const ANYTHING: LayerRule = { values: [], types: [] };

/** `scripts`, `test` and `bench` may import everything and nobody may import them. */
export const LAYER_RULES: Readonly<Record<Layer, LayerRule>> = {
  core: { values: [], types: [] },
  component: { values: ['core'], types: [] },
  policy: { values: ['core'], types: ['component'] },
  build: MIDDLE_RULE,
  capability: MIDDLE_RULE,
  isolate: MIDDLE_RULE,
  observe: MIDDLE_RULE,
  durable: { values: [...PURE, ...MIDDLE], types: [] },
  gateway: FACE,
  mcp: FACE,
  dashboard: FACE,
  cli: { values: ['core'], types: [...PURE, ...MIDDLE, 'durable', 'gateway'] },
  index: { values: [...PURE, ...MIDDLE, 'durable', 'gateway', 'mcp', 'dashboard'], types: [] },
  functions: {
    values: ['core', 'component'],
    types: [],
    typeFiles: /^src\/(?:build\/manifest|isolate\/(?:protocol|tasks)|capability\/[a-z0-9-]+\/contract)\.ts$/,
  },
  // The build stages run inside the builder isolate: meter and artifact format are theirs.
  builder: { values: ['core', 'component', 'build'], types: [], files: SHARED_DATA },
  examples: { values: [], types: [] },
  scripts: ANYTHING,
  test: ANYTHING,
  bench: ANYTHING,
};

const FOLDERS: readonly (readonly [prefix: string, layer: Layer])[] = [
  ['src/core/', 'core'],
  ['src/component/', 'component'],
  ['src/policy/', 'policy'],
  ['src/build/', 'build'],
  ['src/capability/', 'capability'],
  ['src/isolate/', 'isolate'],
  ['src/observe/', 'observe'],
  ['src/gateway/', 'gateway'],
  ['src/mcp/', 'mcp'],
  ['src/dashboard/', 'dashboard'],
  ['src/cli/', 'cli'],
  ['durable/', 'durable'],
  ['functions/examples/', 'examples'],
  ['functions/builder/', 'builder'],
  ['functions/', 'functions'],
  ['scripts/', 'scripts'],
  ['test/', 'test'],
  ['bench/', 'bench'],
];

/** The layer of a file; undefined for one outside of the folders that design.md names. */
export function layerOf(path: string): Layer | undefined {
  if (path === 'src/index.ts') return 'index';
  return FOLDERS.find(([prefix]) => path.startsWith(prefix))?.[1];
}

/** Packages that one place only may import. */
export const PACKAGE_OWNERS: readonly { readonly name: RegExp; readonly owner: RegExp }[] = [
  { name: /^@bytecodealliance\/jco(-transpile)?(\/|$)/, owner: /^functions\/builder\// },
  { name: /^itty-durable(\/|$)/, owner: /^durable\/(directory|shared\/directory-client)\.ts$/ },
];
