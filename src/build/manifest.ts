/** What a build knows about a component and keeps in front of its artifact. Plain JSON. */
import type { LinkPlan } from '../component/link/plan.ts';
import type { CallableFunction } from '../component/model.ts';
import type { SnapshotMode } from './snapshot/rewrite.ts';

/** Number of the builder: a change in what the stages produce makes a new one, and old artifacts are built again. */
export const BUILDER_VERSION = 6;

/** An import of a component and whether the platform, or another component, can provide it; `reason` says why not. */
export interface ImportEntry {
  /** Full name: `wasi:cli/environment@0.2.12`, or a plain function name. */
  readonly name: string;
  readonly provided: boolean;
  readonly reason?: string;
  /** The component that provides it, where it is another component's. */
  readonly component?: string;
}

/** An interface that a component imports from another component. */
export interface ComponentImport {
  /** Full name: `demo:pricing/quotes@1.0.0`. */
  readonly interface: string;
  readonly functions: readonly CallableFunction[];
}

/** One core module in an artifact. `name` is what jco's glue asks for; those of a plan are in the order of its numbers. */
export interface ModuleEntry {
  readonly name: string;
  readonly bytes: number;
  /** Memories that the module defines, and the pages of 64 KiB that they start with together. */
  readonly memories?: number;
  readonly memoryPages?: number;
  /** Elements that the tables which the module defines start with together. */
  readonly tableElements?: number;
  /** True when the builder added to the module what keeps its state and puts it back. */
  readonly hasState?: boolean;
}

export interface Manifest {
  readonly builderVersion: number;
  /** `sha256:…` of the source bytes. */
  readonly digest: string;
  /** Size of the source, in bytes. */
  readonly sourceBytes: number;
  readonly functions: readonly CallableFunction[];
  readonly imports: readonly ImportEntry[];
  /** Those of the imports that other components have to provide. */
  readonly componentImports: readonly ComponentImport[];
  /** Full names of all exports, interfaces included. */
  readonly exports: readonly string[];
  /** Core features that a policy can deny, e.g. `threads`, `simd`. */
  readonly features: readonly string[];
  /** True when guest calls may wait for something. */
  readonly suspends: boolean;
  readonly modules: readonly ModuleEntry[];
  readonly linking: Linking;
}

/** Who links the component: the harness by a plan, or the glue that jco wrote where `reason` keeps it from having one. */
export type Linking =
  | { readonly glue: 'own'; readonly plan: LinkPlan; readonly restoring: Restoring }
  | {
      readonly glue: 'jco';
      readonly reason: string;
      /** Ids of the functions in the order of the glue's exports; see `ExportPath`. */
      readonly exportPaths: readonly ExportPath[];
    };

/** How an instance is brought back to its first state after a call, or why each call needs a new one. */
export type Restoring = { readonly mode: SnapshotMode } | { readonly reason: string };

/** Where a function sits in the object that the glue's `instantiate` returns. */
export interface ExportPath {
  readonly function: string;
  /** `['greet']`, or `['demo:text/tools@0.1.0', 'processText']`. */
  readonly path: readonly string[];
}

/** Texts that are made at build time, so that reading them costs one ranged read. */
export interface BuildTexts {
  readonly wit: string;
  readonly typescript: string;
  /** `{items: [{name, description?, inputSchema, outputSchema}]}` as JSON. */
  readonly tools: string;
}

export type BuildStage =
  | 'size'
  | 'preamble'
  | 'decode'
  | 'validate'
  | 'world'
  | 'policy'
  | 'link'
  | 'rename'
  | 'transpile'
  | 'glue-check'
  | 'meter'
  | 'smoke';

/** Why a component was refused. `unsupported` lists imports that nothing provides (stage `link`). */
export interface BuildFailure {
  readonly stage: BuildStage;
  readonly reason: string;
  readonly offset?: number;
  readonly unsupported?: readonly ImportEntry[];
}
