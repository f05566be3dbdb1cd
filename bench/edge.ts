/**
 * One workerd, through Miniflare, in which the platform and the Workers it is compared with run side by side. Each has
 * a socket of its own, so that no proxy stands between the client and any of them.
 */
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions, type WorkerdStructuredLog } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { WRANGLER_CONFIG } from '../scripts/local/paths.ts';
import { LOOPBACK } from '../scripts/local/ports.ts';
import { makeToken, tokenRecord } from '../scripts/local/token.ts';
import { type Client, clientOf } from '../test/support/edge-client.ts';
import { bundlePlatform, bundleWorker, COMPATIBILITY_DATE, type WorkerBundle, withHarness } from './bundle.ts';
import { WARM } from './warm.ts';

export interface BenchEdge {
  /** Origin of the socket of one Worker. */
  url(worker: WorkerName): string;
  /** The API of `platform`, with a token that may do everything. */
  readonly client: Client;
  /** The same of another one. */
  clientOf(worker: PlatformName): Client;
  /** The R2 bucket of `platform`. */
  readArtifact(key: string): Promise<ArrayBuffer>;
  stop(): Promise<void>;
}

/**
 * The platform; with `WARM`, which is what it would be if it used instances again without restoring them; and with a new
 * instance for each call.
 */
export type PlatformName = 'platform' | 'platform-warm' | 'platform-new';
export type WorkerName = PlatformName | SmallName;
type SmallName = 'plain' | 'hono' | 'object' | 'isolate' | 'store' | 'uses';

export interface EdgeSettings {
  /** Those that run. */
  readonly workers: readonly WorkerName[];
  /** Keeps the state in this folder; a temporary one that goes with `stop` when left out. */
  readonly stateDir?: string;
}

const OBJECT = { ADDERS: { className: 'Adder', useSQLite: true } };

const SMALL: Readonly<Record<SmallName, Partial<V4WorkerOptions>>> = {
  plain: {},
  hono: {},
  object: { durableObjects: OBJECT },
  isolate: { durableObjects: OBJECT, workerLoaders: { LOADER: {} } },
  store: { r2Buckets: ['BUCKET'] },
  uses: {
    durableObjects: {
      BUCKETS: { className: 'PlainBucket', useSQLite: true },
      TOPICS: { className: 'PlainTopic', useSQLite: true },
    },
  },
};

const DEFAULTS: EdgeSettings = { workers: ['platform', 'plain', 'hono', 'object', 'isolate', 'store'] };

let bundled: Promise<WorkerBundle> | undefined;

/** Starts everything, without a component in it. */
export async function startBenchEdge({ workers, stateDir }: EdgeSettings = DEFAULTS): Promise<BenchEdge> {
  const token = makeToken();
  const options: V4WorkerOptions[] = [];
  for (const name of workers) options.push(await optionsOf(name, token));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      handleStructuredLogs: showErrors,
      workers: options,
      ...(stateDir === undefined ? {} : { resourcePersistencePath: stateDir }),
    }),
  );
  await miniflare.ready;
  const urls = new Map<WorkerName, string>();
  for (const name of workers) urls.set(name, (await miniflare.unsafeGetDirectURL(name)).origin);
  const url = (name: WorkerName) => {
    const found = urls.get(name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  };
  const client = (name: PlatformName) => clientOf({ url: url(name), token });
  return {
    url,
    get client() {
      return client('platform');
    },
    clientOf: client,
    readArtifact: async (key) => {
      const bucket = await miniflare.getR2Bucket('ARTIFACTS', 'platform');
      const stored = await bucket.get(key);
      if (stored === null) throw new Error(`there is no ${key} in R2`);
      return stored.arrayBuffer();
    },
    stop: () => miniflare.dispose(),
  };
}

/** Warnings are expected: under load the platform drops facts and says so. */
function showErrors({ level, message }: WorkerdStructuredLog): void {
  if (level === 'error') console.error(message);
}

async function optionsOf(name: WorkerName, token: string): Promise<V4WorkerOptions> {
  if (!isPlatform(name)) return small(name);
  bundled ??= bundlePlatform();
  const bundle = await bundled;
  return platform(name, name === 'platform-warm' ? await withHarness(bundle, name, WARM) : bundle, token);
}

function isPlatform(name: WorkerName): name is PlatformName {
  return !Object.hasOwn(SMALL, name);
}

function platform(name: PlatformName, { root, modules }: WorkerBundle, token: string): V4WorkerOptions {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(WRANGLER_CONFIG);
  const { modulesRules: _, ...options } = workerOptions;
  return {
    ...options,
    name,
    // Of its own, where several platforms run in one workerd.
    kvNamespaces: { POLICIES: `${name}-policies` },
    r2Buckets: { ARTIFACTS: `${name}-artifacts` },
    modulesRoot: root,
    modules: [...modules],
    bindings: {
      TOKENS: JSON.stringify([tokenRecord('bench', token, ['admin'])]),
      ...(name === 'platform-new' ? { INSTANCE_REUSE: 'off' } : {}),
    },
    unsafeDirectSockets: [{ host: LOOPBACK, port: 0 }],
  };
}

async function small(name: SmallName): Promise<V4WorkerOptions> {
  return {
    ...SMALL[name],
    name,
    modules: true,
    script: await bundleWorker(name),
    compatibilityDate: COMPATIBILITY_DATE,
    unsafeDirectSockets: [{ host: LOOPBACK, port: 0 }],
  };
}
