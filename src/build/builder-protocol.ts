/** What crosses the border between the Worker and the builder isolate. The isolate parses untrusted bytes: check its answers. */
import type { BuildFailure, Manifest } from './manifest.ts';

export interface BuilderOptions {
  /** `sha256:…` of the source. */
  readonly digest: string;
  /** Room for the source, in bytes; a longer stream is refused at stage `size`. */
  readonly maxBytes: number;
  /** What each core module's `__fuel` starts with: what its start function may use. */
  readonly initialFuel: number;
  /** `jco` keeps the builder from planning: its glue links the component. For comparisons. */
  readonly glue?: 'jco';
}

export interface Built {
  /** Length of `artifact`. */
  readonly bytes: number;
  readonly artifact: ReadableStream<Uint8Array>;
  readonly manifest: Manifest;
}

export type BuilderAnswer =
  | ({ readonly kind: 'built' } & Built)
  | { readonly kind: 'refused'; readonly failure: BuildFailure }
  /** The stream of the source broke: nothing is known of the component. */
  | { readonly kind: 'unread'; readonly reason: string };

export interface BuilderEntrypoint {
  /** One build for each isolate: a panic of jco poisons the instance, and its memory never shrinks. */
  build(source: ReadableStream<Uint8Array> | ArrayBuffer, options: BuilderOptions): Promise<BuilderAnswer>;
}
