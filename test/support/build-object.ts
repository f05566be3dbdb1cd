/** Drives a build object inside workerd without a supervisor, and looks at what it keeps. */
import { runInDurableObject } from 'cloudflare:test';
import type { BuildContract, ReferenceKey } from '../../durable/build/contract.ts';
import type { Build } from '../../durable/build/index.ts';
import type { Bindings } from '../../durable/shared/bindings.ts';
import { artifactPrefix, sourceKey } from '../../src/build/keys.ts';
import { stageUpload } from '../../src/build/staging.ts';
import { bindings, componentBytes } from './gateway-client.ts';
import type { WatComponent } from './wat-components.ts';

export interface StagedComponent {
  readonly digest: string;
  readonly stagingKey: string;
  readonly stub: DurableObjectStub<Build>;
  /** The same object by its contract. */
  readonly build: BuildContract;
}

/** The same component with a digest of its own: a custom section tells them apart. */
export function distinct(name: WatComponent = 'adder'): Uint8Array<ArrayBuffer> {
  const salt = new TextEncoder().encode(`salt-${crypto.randomUUID()}`);
  return Uint8Array.from([...componentBytes(name), 0, salt.length + 1, salt.length, ...salt]);
}

export async function stage(bytes: Uint8Array<ArrayBuffer>): Promise<StagedComponent> {
  const staged = await stageUpload(bindings.ARTIFACTS, new Blob([bytes]).stream());
  if (!staged.ok) throw new Error(staged.error.message);
  const { key: stagingKey, digest } = staged.value;
  // Casts: the namespace's class is `Build`, which implements the contract.
  const stub = bindings.BUILDS.getByName(digest) as DurableObjectStub<Build>;
  return { digest, stagingKey, stub, build: stub as unknown as BuildContract };
}

export function referenceOf(component = 'nobody'): ReferenceKey {
  return { component, reference: crypto.randomUUID() };
}

/** What is in R2 of a digest. */
export async function storedBytes(digest: string): Promise<{ source: boolean; artifacts: number }> {
  const [source, artifacts] = await Promise.all([
    bindings.ARTIFACTS.head(sourceKey(digest)),
    bindings.ARTIFACTS.list({ prefix: artifactPrefix(digest) }),
  ]);
  return { source: source !== null, artifacts: artifacts.objects.length };
}

/** Rows of the table of references, and whether an alarm is set. */
export function heldReferences(stub: DurableObjectStub<Build>) {
  return runInDurableObject(stub, async (_build, { storage }) => {
    const tables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'reference'").toArray();
    const rows = tables.length === 0 ? [] : storage.sql.exec('SELECT * FROM reference ORDER BY since').toArray();
    return {
      references: rows.map(({ reference, confirmed }) => ({ reference, confirmed })),
      alarm: await storage.getAlarm(),
    };
  });
}

/** Makes provisional references so old that they are due. */
export function ageReferences(stub: DurableObjectStub<Build>): Promise<void> {
  return runInDurableObject(stub, (_build, { storage }) => void storage.sql.exec('UPDATE reference SET since = 0'));
}

/** Runs `body` in the object with some of its bindings replaced, and puts them back. */
export function withBindings<T>(
  stub: DurableObjectStub<Build>,
  replaced: Partial<Bindings>,
  body: (build: Build) => Promise<T>,
): Promise<T> {
  return runInDurableObject(stub, async (build) => {
    // A cast: `env` is protected, and the object reads it anew for each use.
    const open = build as unknown as { env: Bindings };
    const { env } = open;
    open.env = { ...env, ...replaced };
    try {
      return await body(build);
    } finally {
      open.env = env;
    }
  });
}

/** The bucket with some methods replaced. */
export function bucketWith(replaced: Partial<Record<keyof R2Bucket, unknown>>): R2Bucket {
  return new Proxy(bindings.ARTIFACTS, {
    get(bucket, name) {
      if (name in replaced) return replaced[name as keyof R2Bucket];
      const value: unknown = Reflect.get(bucket, name);
      return typeof value === 'function' ? value.bind(bucket) : value;
    },
  });
}
