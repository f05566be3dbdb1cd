/** What a supervisor stores about its component, as plain data. */
import type { ComponentImport, ImportEntry } from '../../src/build/manifest.ts';
import type { SealedSecret } from '../../src/capability/config/secret-box.ts';
import type { TypeDefinition } from '../../src/component/type-definitions.ts';
import type { OutcomeCounts } from '../../src/core/facts.ts';
import type { Histogram } from '../../src/core/histogram.ts';
import type { ComponentState } from '../../src/core/lifecycle.ts';
import type { RuntimeGrants } from '../../src/policy/index.ts';
import type { TemplateCopy } from '../catalogue/contract.ts';
import type { FunctionDescription } from './contract.ts';

/** What tells a version from the others; the rest is read only where it is shown. */
export interface VersionKey {
  readonly version: string;
  readonly digest: string;
  /** Id of this version's hold on the bytes; see the build object's contract. */
  readonly reference: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly createdAt: number;
}

/** One immutable binary of the component and what is known about it. */
export interface VersionRecord extends VersionKey {
  readonly bytes: number;
  /** Pages of 64 KiB that an instance starts with. */
  readonly startPages: number;
  readonly source: string;
  readonly functions: readonly FunctionDescription[];
  /** The named types that the functions mention. */
  readonly types: readonly TypeDefinition[];
  readonly imports: readonly ImportEntry[];
  /** Those that other components have to provide, with their types. */
  readonly componentImports: readonly ComponentImport[];
  readonly exports: readonly string[];
  readonly features: readonly string[];
}

interface Common {
  readonly name: string;
  /** Counts how often the name was given to a new component; isolates of an earlier one are never used again. */
  readonly incarnation: number;
  /** Number of the config that shards must have; rises with every change. */
  readonly number: number;
  /** Versions ever made, for default labels. */
  readonly versionCount: number;
  /** When it stops or was removed: the time at which calls that still run are ended. */
  readonly drainBy?: number;
}

/** The component's own policy and its copy of the template that it falls back to, as texts. */
export interface PolicyTexts {
  readonly own?: string;
  readonly template: TemplateCopy;
}

export interface PresentRecord extends Common {
  readonly presence: 'present';
  readonly state: ComponentState;
  /** When it came into this state. */
  readonly since: number;
  /** When it was started last. */
  readonly startedAt: number;
  readonly active: string;
  readonly policy: PolicyTexts;
  /** What was granted and revoked since; it outlives a change of the policy. */
  readonly runtime: RuntimeGrants;
  /** The components that provide imported interfaces, by full name of those. Whether they may be called say the grants. */
  readonly links: Readonly<Record<string, string>>;
}

/** Removed: the number goes on rising, so that a late push cannot bring it back. */
export interface RemovedRecord extends Common {
  readonly presence: 'removed';
}

export type ComponentRecord = PresentRecord | RemovedRecord;

export interface Counters {
  readonly total: number;
  readonly failed: number;
  readonly outcomes: OutcomeCounts;
  readonly durations: Histogram;
}

/** A secret as it is stored: sealed, with what is shown of it. */
export interface SecretRecord extends SealedSecret {
  /** Of the value. */
  readonly bytes: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What the outbox owes; the content is read when it is delivered, so the newest always wins. */
export type SupervisorMessage =
  | { readonly kind: 'configure'; readonly shard: number }
  | { readonly kind: 'catalogue' }
  | { readonly kind: 'directory' }
  /** The files of the component go. */
  | { readonly kind: 'purge' }
  | { readonly kind: 'confirm' | 'release'; readonly digest: string; readonly reference: string };
