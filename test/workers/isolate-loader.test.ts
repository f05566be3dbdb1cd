/** What the Worker Loader remembers, and how an isolate that could not be loaded is told from one that failed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactKey } from '../../src/build/keys.ts';
import { isolateId, loadIsolate, loadOnce } from '../../src/isolate/loader.ts';
import { distinct, referenceOf, type StagedComponent, stage } from '../support/build-object.ts';
import { bindings } from '../support/gateway-client.ts';

let component: StagedComponent;
const reference = referenceOf();

beforeAll(async () => {
  component = await stage(distinct());
  const { build, digest, stagingKey } = component;
  expect(await build.acquire({ digest, stagingKey, ...reference })).toMatchObject({ ok: true });
});
afterAll(() => component.build.release(component.digest, reference));

async function readPacked(): Promise<ArrayBuffer> {
  const stored = await bindings.ARTIFACTS.get(artifactKey(component.digest));
  if (stored === null) throw new Error('no artifact');
  return stored.arrayBuffer();
}

function spec(attempt = 0, owner = crypto.randomUUID()) {
  return { digest: component.digest, owner, attempt, cpuMs: 1_000 };
}

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise.then(() => undefined);
  } catch (error) {
    return error;
  }
}

describe('the Worker Loader', () => {
  it('remembers a failed code callback under its id', async () => {
    const id = crypto.randomUUID();
    let asked = 0;
    const start = () =>
      bindings.LOADER.get(id, () => {
        asked += 1;
        if (asked === 1) throw new Error('transient');
        return { compatibilityDate: '2026-09-01', mainModule: 'm.js', modules: { 'm.js': 'export default {}' } };
      });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(start().getEntrypoint().fetch('https://x/')).rejects.toThrow('transient');
    }
    expect(asked).toBe(1);
  });

  it('says that a Worker failed to start when V8 refuses a module', async () => {
    for (const wasm of [new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99]), new Uint8Array(3)]) {
      const modules = { 'm.js': "import w from './w.wasm'; export default { w };", 'w.wasm': { wasm: wasm.buffer } };
      const worker = bindings.LOADER.load({ compatibilityDate: '2026-09-01', mainModule: 'm.js', modules });
      await expect(worker.getEntrypoint().fetch('https://x/')).rejects.toThrow(/^Failed to start Worker/);
    }
  });
});

describe('a limit of CPU time', () => {
  it('is accepted by a local workerd, which does not hold it up', async () => {
    const source = `import { WorkerEntrypoint } from 'cloudflare:workers';
    export default class extends WorkerEntrypoint {
      compute(ms) { const until = Date.now() + ms; while (Date.now() < until); return 'done'; }
    }`;
    const modules = { 'm.js': source };
    const worker = bindings.LOADER.load({ compatibilityDate: '2026-09-01', mainModule: 'm.js', modules });
    // A cast: the entrypoint is the class of the text above.
    const limited = worker.getEntrypoint(undefined, { limits: { cpuMs: 1 } }) as unknown as {
      compute(ms: number): Promise<string>;
    };
    expect(await limited.compute(50)).toBe('done');
  });
});

describe('an isolate', () => {
  it('is read once while it is warm', async () => {
    const one = spec();
    let reads = 0;
    for (let call = 0; call < 2; call++) {
      const { entrypoint, loadError } = loadIsolate(bindings.LOADER, one, () => {
        reads += 1;
        return readPacked();
      });
      expect(await entrypoint.smoke()).toMatchObject({ ok: true });
      expect(loadError()).toBeUndefined();
    }
    expect(reads).toBe(1);
  });

  it('that could not be loaded says so, also when that is remembered, and loads at the next attempt', async () => {
    const one = spec();
    const broken = loadIsolate(bindings.LOADER, one, () => Promise.reject(new Error('R2 is down')));
    const rejection = await rejectionOf(broken.entrypoint.smoke());
    expect(broken.loadError()).toMatchObject({ message: expect.stringContaining('R2 is down') });
    expect(broken.loadError(rejection)).toBe(broken.loadError());

    const remembered = loadIsolate(bindings.LOADER, one, readPacked);
    expect(remembered.loadError(await rejectionOf(remembered.entrypoint.smoke()))).toMatchObject({
      message: expect.stringContaining('R2 is down'),
    });

    const next = loadIsolate(bindings.LOADER, { ...one, attempt: 1 }, readPacked);
    expect(await next.entrypoint.smoke()).toMatchObject({ ok: true });
    expect(next.loadError(new Error('the guest crashed'))).toBeUndefined();
  });

  it('has an id for everything that is in it', () => {
    const one = { digest: `sha256:${'a'.repeat(64)}`, owner: 'a:1', attempt: 0, cpuMs: 1_000 };
    const others = [
      { ...one, digest: `sha256:${'b'.repeat(64)}` },
      { ...one, owner: 'a:2' },
      { ...one, attempt: 1 },
    ];
    expect(new Set([one, ...others].map(isolateId)).size).toBe(4);
    expect(isolateId(one)).toMatch(/^component:[0-9a-f]{8}:[0-9a-f]{16}:\d+:sha256:a{64}:0:a:1$/);
  });

  it('without an id works as well', async () => {
    expect(await loadOnce(bindings.LOADER, await readPacked()).smoke()).toMatchObject({ ok: true });
  });
});
