/** What a supervisor promises: one object per component name, the only writer of that component's state. */
import type { ImportEntry } from '../../src/build/manifest.ts';
import type { EntranceKind } from '../../src/component/entrances.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import type { TypeDefinition } from '../../src/component/type-definitions.ts';
import type { Failure } from '../../src/core/errors.ts';
import type { Fact, OutcomeCounts } from '../../src/core/facts.ts';
import type { ComponentState } from '../../src/core/lifecycle.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import type { Result } from '../../src/core/result.ts';
import type { CapabilityName, GrantRequest, ShownCapability } from '../../src/policy/index.ts';
import type { TemplateCopy } from '../catalogue/contract.ts';
import type { PoolGauges, PoolReport } from '../pool/contract.ts';

export interface DeployRequest {
  readonly name: string;
  /** `sha256:…` of the staged bytes. */
  readonly digest: string;
  /** R2 key of the staged upload; the caller removes it afterwards. */
  readonly stagingKey: string;
  /** Where the bytes came from: `upload`, or a URL without its credentials. */
  readonly source: string;
  /** Label of a new version; `v1`, `v2`, … when absent. */
  readonly label?: string;
  /** Text of the component's own policy, when one came along. */
  readonly policyText?: string;
}

export interface DeployReceipt {
  /** A new component or a new version, not the same digest again. */
  readonly created: boolean;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly state: ComponentState;
  readonly functions: readonly string[];
}

/** A function as it is shown: types in WIT's spelling. */
export interface FunctionDescription {
  readonly name: string;
  readonly interface?: string;
  readonly description?: string;
  readonly params: readonly { readonly name: string; readonly type: string }[];
  readonly result?: string;
  readonly callable: boolean;
  readonly reason?: string;
}

export interface VersionDescription {
  readonly version: string;
  readonly digest: string;
  readonly bytes: number;
  readonly source: string;
  readonly createdAt: string;
}

export interface ComponentDescription {
  readonly name: string;
  readonly state: ComponentState;
  readonly active: { readonly version: string; readonly digest: string };
  readonly versions: readonly VersionDescription[];
  readonly functions: readonly FunctionDescription[];
  /** The exported interfaces through which the platform enters the component by a protocol of its own. */
  readonly entrances: readonly { readonly kind: EntranceKind; readonly interface: string }[];
  /** The named types that the functions mention. */
  readonly types: readonly TypeDefinition[];
  readonly imports: readonly ImportEntry[];
  /** `error` instead of a hash: the policy in force no longer parses, since the platform's maxima were lowered. */
  readonly policy: { readonly source: string; readonly hash?: string; readonly error?: string };
  /** The limits that hold for a call now. */
  readonly limits: Readonly<Record<string, number>>;
}

export interface ComponentStatus {
  readonly state: ComponentState;
  readonly since: string;
  readonly version: string;
  /** `live` are those that execute or, being warm, wait for another call; `queued` are calls without one. */
  readonly instances: {
    readonly live: number;
    readonly executing: number;
    readonly warm: number;
    readonly queued: number;
  };
  /** The shard is out of reach: `instances`, `reuse` and `memoryBytes` are not known and shown as nothing. */
  readonly unreachable?: boolean;
  /** Per version that told: whether its instances are used again, if not, why, and how many calls got which. */
  readonly reuse: PoolGauges['reuse'];
  readonly calls: {
    readonly total: number;
    readonly failed: number;
    readonly byOutcome: OutcomeCounts;
    readonly p50Ms: number;
    readonly p95Ms: number;
  };
  readonly restarts: number;
  readonly breaker: 'closed';
  readonly health: 'unknown';
  /** Core memories of all instances, as far as is known. */
  readonly memoryBytes: number;
  /** Since it was started last; 0 while it is stopped. */
  readonly uptimeMs: number;
}

export interface PolicyView {
  readonly source: string;
  readonly hash: string;
  /** The text it was given as; absent when no policy is in force. */
  readonly text?: string;
  /** Fields that were accepted for other platforms' sake and grant and limit nothing here. */
  readonly ignored: readonly string[];
}

/** Every capability of the component, also those without any permission. */
export interface CapabilityList {
  readonly items: readonly ShownCapability[];
  /** False when a shard could not be told yet: its calls go on under what it knew, until it can be. */
  readonly applied: boolean;
}

/** What is shown of a secret: everything but its value. Times are ISO 8601. */
export interface SecretView {
  readonly key: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A change of the secrets, and whether the shards have heard of it. */
export type SecretChange<T> = Result<T & { readonly applied: boolean }, Failure>;

export interface SupervisorContract {
  deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>>;
  describe(): Promise<Result<ComponentDescription, Failure>>;
  status(): Promise<Result<ComponentStatus, Failure>>;
  /** Newest first. */
  events(page: PageRequest): Promise<Result<Page<Fact>, Failure>>;
  policy(): Promise<Result<PolicyView, Failure>>;
  setPolicy(text: string): Promise<Result<PolicyView, Failure>>;
  deletePolicy(): Promise<Result<PolicyView, Failure>>;
  capabilities(): Promise<Result<CapabilityList, Failure>>;
  /** By key. `PROVIDER_UNAVAILABLE` without a `SECRETS_KEY`, as the two below. */
  secrets(): Promise<Result<readonly SecretView[], Failure>>;
  /** `key` is an environment key; `value` has at most `MAX_SECRET_BYTES`. */
  putSecret(key: string, value: string): Promise<SecretChange<SecretView>>;
  deleteSecret(key: string): Promise<SecretChange<{ readonly key: string }>>;
  /** Calls that run are bound by it when this resolves, as by the two below. */
  grant(request: GrantRequest): Promise<Result<CapabilityList, Failure>>;
  revoke(capability: CapabilityName): Promise<Result<CapabilityList, Failure>>;
  /** Back to the policy alone. */
  resetCapabilities(): Promise<Result<CapabilityList, Failure>>;
  /** Takes calls again. */
  start(): Promise<Result<ComponentStatus, Failure>>;
  /** Takes no new calls; those that run or wait go on, until `start` or `stop`. */
  drain(): Promise<Result<ComponentStatus, Failure>>;
  /**
   * Drains for `timeoutMs` (else the policy's `shutdownMs`), then ends what still runs. The status says `stopping` when a
   * shard could not be reached: it goes on by itself.
   */
  stop(options: { readonly timeoutMs?: number }): Promise<Result<ComponentStatus, Failure>>;
  /** Removes, drains, then ends what still runs. `purge` also gives up the stored versions, and the files of its volume. */
  remove(options: { readonly purge: boolean }): Promise<Result<void, Failure>>;
  /** Takes the newer copy of the template `default`; an older one is ignored. */
  templateChanged(template: TemplateCopy): Promise<void>;
  report(report: PoolReport): Promise<void>;
  /** The functions of an interface that the active version exports; none when it does not export it. */
  exportsOf(interfaceName: string): Promise<Result<readonly CallableFunction[], Failure>>;
  /** Whether a stored version has this hold on the bytes. */
  refersTo(digest: string, reference: string): Promise<boolean>;
}
