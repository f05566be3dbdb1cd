/** How everybody talks to the directory object: itty-durable's proxy, behind a typed interface. */
import { proxyDurable } from 'itty-durable/proxy-durable';

/** One pool shard and where it runs. */
export interface Node {
  readonly id: string;
  readonly kind: 'pool-shard';
  readonly component: string;
  readonly shard: number;
  /** ISO 8601. */
  readonly joinedAt: string;
}

/** What the directory answers to. */
export interface DirectoryClient {
  join(node: Node): Promise<unknown>;
  leave(id: string): Promise<unknown>;
  list(): Promise<readonly Node[]>;
}

/** The one directory. Never return it from an async function: the proxy would answer to `then`. */
export function directory(env: { readonly DIRECTORY: DurableObjectNamespace }): DirectoryClient {
  return proxyDurable(env.DIRECTORY, { name: 'directory', parse: true }).get('directory');
}
