/**
 * A policy in its normal form: what every other part of the platform reads. Plain data (it survives JSON and structured
 * clone), every value present, every unit in the name. `parse.ts` makes one from text; nothing else should.
 */

/** Rules of one capability. A request is allowed when an `allow` rule matches and no `deny` rule does. */
export interface Rules<Allow, Deny = Allow> {
  readonly allow: readonly Allow[];
  readonly deny: readonly Deny[];
}

/**
 * A host pattern. `subdomains` matches names below `host` and not `host` itself, `any` every host (`host` is `*`).
 * Host names are lower case, punycode, without a trailing dot; IPv6 addresses are canonical and without brackets.
 */
export interface HostRule {
  readonly kind: 'host';
  readonly match: 'exact' | 'subdomains' | 'any';
  readonly host: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
}

/** A network range in canonical form: the address has no bits set behind the prefix. */
export interface CidrRule {
  readonly kind: 'cidr';
  readonly family: 4 | 6;
  readonly cidr: string;
}

/** What a component may connect to: names and ranges side by side, as in the document. */
export type NetworkRule = HostRule | CidrRule;

/**
 * Files of the component's volume. `path` starts with `/` and has no empty, `.` or `..` segment; a `**` segment stands
 * for any number of segments, a `*` for any characters of one segment. `/` is the whole volume.
 */
export interface StorageRule {
  readonly path: string;
  readonly access: readonly StorageAccess[];
}

/** An environment variable that the component may see; without `value` it is the secret of that name. */
export interface EnvironmentRule {
  readonly key: string;
  readonly value?: string;
}

/** `bucket` is a name, a name that ends in `*`, or `*`. */
export interface KeyValueRule {
  readonly bucket: string;
  readonly access: readonly KeyValueAccess[];
  /** Allow rules only, and only when it is not `durable`: where the buckets are kept. */
  readonly store?: Exclude<KeyValueStore, 'durable'>;
}

/** `container` is a name, a name that ends in `*`, or `*`. */
export interface BlobRule {
  readonly container: string;
  readonly access: readonly BlobAccess[];
}

/** `topic` is made of segments between dots; a `*` segment stands for any one segment, a lone `*` for every topic. */
export interface MessagingRule {
  readonly topic: string;
  readonly access: readonly MessagingAccess[];
}

/** `name` is a component's name, one that ends in `*`, or `*`; `functions` are globs over function names as WIT spells them. */
export interface ComponentRule {
  readonly name: string;
  readonly functions: readonly string[];
}

/** What a storage rule can be about. */
export const STORAGE_ACCESS = ['read', 'write'] as const;
/** What a bucket rule can be about. */
export const KEY_VALUE_ACCESS = ['read', 'write', 'delete'] as const;
/** Where buckets are kept: in an object of their own, strongly consistent, or in Workers KV, eventually. */
export const KEY_VALUE_STORES = ['durable', 'kv'] as const;
/** What a container rule can be about. */
export const BLOB_ACCESS = ['read', 'write'] as const;
/** What a topic rule can be about. */
export const MESSAGING_ACCESS = ['publish', 'subscribe'] as const;
/** The levels of `wasi:logging`, and `off`: the component may not log at all. */
export const LOG_LEVELS = ['off', 'trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
/** OTP's permanent, transient and temporary. */
export const RESTARTS = ['always', 'on_failure', 'never'] as const;
/** Who may call: everybody, or bearers of a token with scope `invoke`. */
export const ACCESSES = ['public', 'token'] as const;

/** One word of `STORAGE_ACCESS`. */
export type StorageAccess = (typeof STORAGE_ACCESS)[number];
/** One word of `KEY_VALUE_ACCESS`. */
export type KeyValueAccess = (typeof KEY_VALUE_ACCESS)[number];
/** One word of `KEY_VALUE_STORES`. */
export type KeyValueStore = (typeof KEY_VALUE_STORES)[number];
/** One word of `BLOB_ACCESS`. */
export type BlobAccess = (typeof BLOB_ACCESS)[number];
/** One word of `MESSAGING_ACCESS`. */
export type MessagingAccess = (typeof MESSAGING_ACCESS)[number];
/** One word of `LOG_LEVELS`: the lowest level that is kept, or `off`. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** One word of `RESTARTS`. */
export type Restart = (typeof RESTARTS)[number];

/** All that a component may do outside of its own memory. */
export interface Permissions {
  readonly network: Rules<NetworkRule>;
  readonly storage: Rules<StorageRule>;
  readonly environment: Rules<EnvironmentRule, { readonly key: string }>;
  readonly keyvalue: Rules<KeyValueRule>;
  readonly blobstore: Rules<BlobRule>;
  readonly messaging: Rules<MessagingRule>;
  readonly components: Rules<ComponentRule>;
  readonly logging: { readonly level: LogLevel };
}

/** Budgets of one call, and the memory ceiling of one instance. */
export interface Limits {
  readonly memoryBytes: number;
  readonly fuel: number;
  readonly timeoutMs: number;
  /** Thousandths of the timeout that a call may use as CPU time; absent: no limit but the timeout. */
  readonly cpuMillis?: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly subrequests: number;
  readonly capabilityUses: number;
}

/** How many shards, idle instances kept warm per shard, calls at once and calls waiting. */
export interface PoolSettings {
  readonly shards: number;
  readonly warm: number;
  readonly maxConcurrent: number;
  readonly maxQueue: number;
}

/** A token bucket: `burst` tokens deep, refilled with `perSecond`. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What a component must look like to be deployed; see `checkComponent`. */
export interface ValidationRules {
  readonly maxBytes: number;
  readonly maxImports: number;
  readonly allowedImports: readonly string[];
  readonly requiredExports: readonly string[];
  readonly denyFeatures: readonly string[];
}

/** Restart intensity as in OTP: at most `maxRestarts` in `windowSeconds`, with a growing pause between. */
export interface Supervision {
  readonly restart: Restart;
  readonly maxRestarts: number;
  readonly windowSeconds: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly shutdownMs: number;
}

/** Circuit breaker: opens at `errorRate` (0 to 1) over at least `minCalls`, for `openMs`. */
export interface BreakerSettings {
  readonly errorRate: number;
  readonly minCalls: number;
  readonly openMs: number;
}

/** Health check: the export to call, how often, and how many answers in a row change the verdict. */
export interface HealthSettings {
  readonly export: string;
  readonly intervalSeconds: number;
  readonly timeoutMs: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number;
}

/** A whole policy. See the contract's policy document for what each section means. */
export interface Policy {
  readonly version: string;
  readonly description: string;
  readonly access: (typeof ACCESSES)[number];
  readonly permissions: Permissions;
  readonly resources: { readonly limits: Limits; readonly pool: PoolSettings; readonly rate?: Rate };
  readonly validation: ValidationRules;
  readonly supervision: Supervision;
  readonly breaker: BreakerSettings;
  readonly health: HealthSettings;
  /** Fields that were accepted because Wassette has them and that grant and limit nothing here, in document order. */
  readonly ignored: readonly string[];
}
