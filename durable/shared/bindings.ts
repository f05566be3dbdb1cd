/**
 * The bindings of the Worker, as `wrangler.toml` names them, and typed stubs of its objects. Everything that talks to
 * an object goes through here and sees its contract only.
 */
import type { BucketContract } from '../bucket/contract.ts';
import type { BuildContract } from '../build/contract.ts';
import type { CatalogueContract } from '../catalogue/contract.ts';
import type { PoolContract } from '../pool/contract.ts';
import type { SupervisorContract } from '../supervisor/contract.ts';
import type { TopicContract } from '../topic/contract.ts';
import type { VolumeContract } from '../volume/contract.ts';

/** What is optional may be missing: the part that needs it then says so, or does without. */
export interface Bindings {
  readonly POLICIES: KVNamespace;
  readonly KEYVALUE: KVNamespace;
  readonly ARTIFACTS: R2Bucket;
  /** What components store; without it `wasi:blobstore` is unavailable. */
  readonly BLOBS?: R2Bucket;
  readonly LOADER: WorkerLoader;
  readonly SUPERVISORS: DurableObjectNamespace;
  readonly POOLS: DurableObjectNamespace;
  readonly BUILDS: DurableObjectNamespace;
  readonly CATALOGUE: DurableObjectNamespace;
  readonly DIRECTORY: DurableObjectNamespace;
  readonly TOPICS: DurableObjectNamespace;
  readonly BUCKETS: DurableObjectNamespace;
  readonly VOLUMES: DurableObjectNamespace;
  /** Makes the attempts at deliveries of messages, where there is one; see docs/capabilities.md. */
  readonly DELIVERIES?: Queue;
  readonly CLIENT_LIMIT?: RateLimit;
  readonly UPLOAD_LIMIT?: RateLimit;
  /** Secret: JSON `[{"id", "sha256", "scopes"}]`. */
  readonly TOKENS?: string;
  /** Secret: what components' secrets are encrypted under; at least 32 random characters. */
  readonly SECRETS_KEY?: string;
  /** Variable: the platform's maxima as JSON; see policy/maxima.ts. */
  readonly MAXIMA?: string;
  /** Variable: `off` gives each call an instance that nobody has used. */
  readonly INSTANCE_REUSE?: string;
  /** Variable: names of providers that are stopped, divided by commas. */
  readonly PROVIDERS_OFF?: string;
  /** Variable: below this domain each component has a host name of its own; absent or empty: none has. */
  readonly DOMAIN?: string;
  /** Variable: names that must be in the catalogue before `/readyz` answers 200. Set by `npm start`. */
  readonly SKERRY_EXPECT?: string;
}

// The casts below are sound: each class implements its contract, whose methods all return promises, and RPC carries
// exactly those methods. `DurableObjectStub<T>` would wrap each result in types that hide the contract.

/** The supervisor of one component. */
export function supervisor(env: Pick<Bindings, 'SUPERVISORS'>, component: string): SupervisorContract {
  return env.SUPERVISORS.getByName(component) as unknown as SupervisorContract;
}

/** One shard of a component's instance pool. */
export function pool(env: Pick<Bindings, 'POOLS'>, component: string, shard = 0): PoolContract {
  return env.POOLS.getByName(`${component}/${shard}`) as unknown as PoolContract;
}

/** The build of one digest. */
export function build(env: Pick<Bindings, 'BUILDS'>, digest: string): BuildContract {
  return env.BUILDS.getByName(digest) as unknown as BuildContract;
}

/** The one catalogue. */
export function catalogue(env: Pick<Bindings, 'CATALOGUE'>): CatalogueContract {
  return env.CATALOGUE.getByName('catalogue') as unknown as CatalogueContract;
}

/** The topic of one name. */
export function topic(env: Pick<Bindings, 'TOPICS'>, name: string): TopicContract {
  return env.TOPICS.getByName(name) as unknown as TopicContract;
}

/** The entries of one bucket. */
export function bucket(env: Pick<Bindings, 'BUCKETS'>, name: string): BucketContract {
  return env.BUCKETS.getByName(name) as unknown as BucketContract;
}

/** The files of one component. */
export function volume(env: Pick<Bindings, 'VOLUMES'>, component: string): VolumeContract {
  return env.VOLUMES.getByName(component) as unknown as VolumeContract;
}
