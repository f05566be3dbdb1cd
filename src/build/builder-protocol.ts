/** What crosses the border between the Worker and the builder isolate. The isolate parses untrusted bytes: check its answers. */
import type { BuildFailure, Manifest } from './manifest.ts';

export interface BuilderOptions {
  /** `sha256:…` of the source. */
  readonly digest: string;
  /** Room for the source, in bytes; a longer stream is refused at stage `size`. */
  readonly maxBytes: number;
  /** What each core module's `__fuel` starts with: what its start function may use. */
  readonly initialFuel: number;
}

export type BuilderAnswer =
  | {
      readonly ok: true;
      /** Length of `artifact`. */
      readonly bytes: number;
      readonly artifact: ReadableStream<Uint8Array>;
      readonly manifest: Manifest;
    }
  | { readonly ok: false; readonly failure: BuildFailure };

/**
 * `mine`: the isolate is free and now reserved for one build. `busy`: it builds something else, and has no memory for a
 * second build. `spent`: a build failed in it or used up much memory, so it must not be used again.
 */
export type Claim = 'mine' | 'busy' | 'spent';

export interface BuilderEntrypoint {
  claim(): Promise<Claim>;
  /** Call `claim` first. The isolate is busy until the artifact has been read to its end. */
  build(source: ReadableStream<Uint8Array> | ArrayBuffer, options: BuilderOptions): Promise<BuilderAnswer>;
}
