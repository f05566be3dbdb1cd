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
import { bundlePlatform, bundleWorker } from './bundle.ts';

export interface BenchEdge {
  /** Origin of the socket of one Worker. */
  url(worker: WorkerName): string;
  /** The platform's API, with a token that may do everything. */
  readonly client: Client;
  /** The platform's R2 bucket. */
  readArtifact(key: string): Promise<ArrayBuffer>;
  stop(): Promise<void>;
}

export type WorkerName = 'platform' | 'plain' | 'hono' | 'object' | 'isolate' | 'store';

const COMPATIBILITY_DATE = '2026-09-01';
const OBJECT = { ADDERS: { className: 'Adder', useSQLite: true } };

/** Starts everything, without a component in it. State is in a temporary folder that goes with `stop`. */
export async function startBenchEdge(): Promise<BenchEdge> {
  const token = makeToken();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      handleStructuredLogs: showErrors,
      workers: [
        await platform(token),
        await small('plain'),
        await small('hono'),
        await small('object', { durableObjects: OBJECT }),
        await small('isolate', { durableObjects: OBJECT, workerLoaders: { LOADER: {} } }),
        await small('store', { r2Buckets: ['BUCKET'] }),
      ],
    }),
  );
  await miniflare.ready;
  const names: readonly WorkerName[] = ['platform', 'plain', 'hono', 'object', 'isolate', 'store'];
  const urls = new Map<WorkerName, string>();
  for (const name of names) urls.set(name, (await miniflare.unsafeGetDirectURL(name)).origin);
  const url = (name: WorkerName) => urls.get(name) ?? '';
  return {
    url,
    client: clientOf({ url: url('platform'), token }),
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

async function platform(token: string): Promise<V4WorkerOptions> {
  const { root, modules } = await bundlePlatform();
  const { workerOptions } = unstable_getMiniflareWorkerOptions(WRANGLER_CONFIG);
  const { modulesRules: _, ...options } = workerOptions;
  return {
    ...options,
    name: 'platform',
    modulesRoot: root,
    modules: [...modules],
    bindings: { TOKENS: JSON.stringify([tokenRecord('bench', token, ['admin'])]) },
    unsafeDirectSockets: [{ host: LOOPBACK, port: 0 }],
  };
}

async function small(name: WorkerName, options: Partial<V4WorkerOptions> = {}): Promise<V4WorkerOptions> {
  return {
    ...options,
    name,
    modules: true,
    script: await bundleWorker(name),
    compatibilityDate: COMPATIBILITY_DATE,
    unsafeDirectSockets: [{ host: LOOPBACK, port: 0 }],
  };
}
