/** The build object when something goes wrong: no reference, byte or alarm is lost, and none is left behind. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keepSource } from '../../durable/build/artifacts.ts';
import type { Build } from '../../durable/build/index.ts';
import { runBuild } from '../../durable/build/runner.ts';
import { artifactKey, sourceKey } from '../../src/build/keys.ts';
import {
  ageReferences,
  bucketWith,
  distinct,
  heldReferences,
  referenceOf,
  type StagedComponent,
  stage,
  storedBytes,
  withBindings,
} from '../support/build-object.ts';
import { bindings } from '../support/gateway-client.ts';

const NOTHING = { source: false, artifacts: 0 };
const ALL = { source: true, artifacts: 1 };
const EMPTY = { references: [], alarm: null };

beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));

async function down(): Promise<never> {
  throw new Error('R2 is down');
}

/** A component that one version refers to for good. */
async function kept(component?: StagedComponent) {
  const { build, digest, stagingKey, stub } = component ?? (await stage(distinct()));
  const key = referenceOf();
  expect(await build.acquire({ digest, stagingKey, ...key })).toMatchObject({ ok: true });
  await build.confirm(digest, key);
  return { build, digest, stagingKey, stub, key };
}

describe('an acquire that fails', () => {
  it('leaves nothing when the staged upload is gone', async () => {
    const { build, digest, stub } = await stage(distinct());
    const acquired = await build.acquire({ digest, stagingKey: 'incoming/gone', ...referenceOf() });
    expect(acquired).toMatchObject({ ok: false, error: { code: 'COMMUNICATION_FAILURE' } });
    expect(await heldReferences(stub)).toEqual(EMPTY);
  });

  it('leaves nothing when the component does not start', async () => {
    const { build, digest, stagingKey, stub } = await stage(distinct('startTrap'));
    const acquired = await build.acquire({ digest, stagingKey, ...referenceOf() });
    expect(acquired).toMatchObject({ ok: false, error: { code: 'INVALID_COMPONENT', details: { stage: 'smoke' } } });
    expect(await heldReferences(stub)).toEqual(EMPTY);
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });

  it.each([1, 2])('is not the component’s fault when isolate %i cannot be loaded', async (broken) => {
    const { digest, stagingKey } = await stage(distinct());
    await keepSource(bindings.ARTIFACTS, digest, stagingKey);
    let loads = 0;
    const LOADER = {
      load(code: WorkerLoaderWorkerCode) {
        if (++loads === broken) throw new Error('no loader');
        return bindings.LOADER.load(code);
      },
      // A cast: nothing else of the loader is used.
    } as unknown as WorkerLoader;
    const failed = await runBuild({ ...bindings, LOADER }, digest, 10_000).then(
      (result) => (result.ok ? undefined : result.error.code),
      (error: Error) => error.message,
    );
    expect(failed).toBe(broken === 1 ? 'no loader' : 'COMMUNICATION_FAILURE');
    expect(loads).toBe(broken);
  });

  it('touches no other reference and no bytes', async () => {
    const { digest, stagingKey, stub, key } = await kept();
    await bindings.ARTIFACTS.delete(artifactKey(digest));
    const ARTIFACTS = bucketWith({ head: down });
    const acquired = await withBindings(stub, { ARTIFACTS }, (build) =>
      build.acquire({ digest, stagingKey, ...referenceOf(key.component) }),
    );
    expect(acquired).toMatchObject({ ok: false, error: { code: 'COMMUNICATION_FAILURE' } });
    expect(await heldReferences(stub)).toEqual({
      references: [{ reference: key.reference, confirmed: 1 }],
      alarm: null,
    });
    expect((await storedBytes(digest)).source).toBe(true);
  });
});

describe('an acquire whose object goes away half-way', () => {
  it('is cleaned up by the alarm that it set itself', async () => {
    const { digest, stagingKey, stub } = await stage(distinct());
    const key = referenceOf();
    let heads = 0;
    // The first look finds no source, so it is copied; the second is the build's.
    const head = (name: string) => (++heads === 1 ? bindings.ARTIFACTS.head(name) : new Promise(() => {}));
    await withBindings(stub, { ARTIFACTS: bucketWith({ head }) }, async (build) => {
      void build.acquire({ digest, stagingKey, ...key });
      await vi.waitUntil(() => heads === 2);
    });
    expect(await storedBytes(digest)).toEqual({ source: true, artifacts: 0 });
    await expect(runInDurableObject(stub, (_build, state) => state.abort('evicted'))).rejects.toThrow('evicted');
    const again = bindings.BUILDS.getByName(digest) as DurableObjectStub<Build>;
    expect(await heldReferences(again)).toEqual({
      references: [{ reference: key.reference, confirmed: 0 }],
      alarm: expect.any(Number),
    });
    await ageReferences(again);
    expect(await runDurableObjectAlarm(again)).toBe(true);
    expect(await storedBytes(digest)).toEqual(NOTHING);
    expect(await heldReferences(again)).toEqual(EMPTY);
  });

  it('has set the alarm in the turn that notes the reference', async () => {
    const { digest, stagingKey, stub } = await stage(distinct());
    const seen = await runInDurableObject(stub, async (build, { storage }) => {
      const running = build.acquire({ digest, stagingKey, ...referenceOf() });
      const alarm = storage.getAlarm();
      await running;
      return alarm;
    });
    expect(seen).toBeGreaterThan(Date.now());
  });
});

describe('a rebuild', () => {
  it('makes an artifact that went missing', async () => {
    const { build, digest } = await kept();
    await bindings.ARTIFACTS.delete(artifactKey(digest));
    expect(await build.ensure(digest)).toMatchObject({ ok: true, value: { digest } });
    expect(await storedBytes(digest)).toEqual(ALL);
  });

  it('that fails keeps the source and the references', async () => {
    const { build, digest, stagingKey, stub, key } = await kept();
    await bindings.ARTIFACTS.delete(artifactKey(digest));
    await bindings.ARTIFACTS.put(sourceKey(digest), 'no component');
    const refused = { ok: false, error: { code: 'INVALID_COMPONENT', details: { stage: 'preamble' } } };
    expect(await build.ensure(digest)).toMatchObject(refused);
    expect(await build.acquire({ digest, stagingKey, ...referenceOf(key.component) })).toMatchObject(refused);
    expect((await heldReferences(stub)).references).toEqual([{ reference: key.reference, confirmed: 1 }]);
    expect((await storedBytes(digest)).source).toBe(true);
  });

  it.each([true, false])(
    'without a source asks for the component, and an upload of it helps (artifact: %s)',
    async (hasArtifact) => {
      const { build, digest, stagingKey, key } = await kept();
      await bindings.ARTIFACTS.delete([sourceKey(digest), ...(hasArtifact ? [] : [artifactKey(digest)])]);
      expect(await build.ensure(digest)).toMatchObject({
        ok: false,
        error: { code: 'INTERNAL_ERROR', message: expect.stringContaining('upload the component again') },
      });
      expect(await build.acquire({ digest, stagingKey, ...referenceOf(key.component) })).toMatchObject({ ok: true });
      expect(await storedBytes(digest)).toEqual(ALL);
      expect(await build.ensure(digest)).toMatchObject({ ok: true });
    },
  );

  it('deletes what older builders made, once it is stored', async () => {
    const component = await stage(distinct());
    const [older, newer] = [artifactKey(component.digest, 0), artifactKey(component.digest, 1_000)];
    await Promise.all([bindings.ARTIFACTS.put(older, 'old'), bindings.ARTIFACTS.put(newer, 'new')]);
    const { build, digest, key } = await kept(component);
    expect(await bindings.ARTIFACTS.head(older)).toBeNull();
    expect(await bindings.ARTIFACTS.head(newer)).not.toBeNull();
    await build.release(digest, key);
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });
});

describe('the alarm', () => {
  /** Supervisors that answer as `refersTo` does. */
  function supervisors(refersTo: (component: string, reference: string) => Promise<boolean>) {
    const getByName = (component: string) => ({
      refersTo: (_digest: string, reference: string) => refersTo(component, reference),
    });
    return { SUPERVISORS: { getByName } as unknown as DurableObjectNamespace };
  }

  async function acquired(...names: string[]) {
    const { build, digest, stagingKey, stub } = await stage(distinct());
    const keys = names.map((name) => referenceOf(name));
    for (const key of keys) await build.acquire({ digest, stagingKey, ...key });
    await ageReferences(stub);
    return { digest, stub, keys };
  }

  it('asks each supervisor about each of its references, and comes again for one that cannot answer', async () => {
    const { stub, keys } = await acquired('down', 'known', 'known');
    await withBindings(
      stub,
      supervisors(async (component, reference) => (component === 'down' ? down() : reference === keys[1]?.reference)),
      (build) => build.alarm(),
    );
    const { references, alarm } = await heldReferences(stub);
    expect(references).toHaveLength(2);
    expect(references).toContainEqual({ reference: keys[0]?.reference, confirmed: 0 });
    expect(references).toContainEqual({ reference: keys[1]?.reference, confirmed: 1 });
    expect(alarm).toBeGreaterThan(Date.now() + 30_000);
  });

  /** Runs the alarm; `meanwhile` happens before the supervisor gives its `answer`. */
  async function alarmed(stub: DurableObjectStub<Build>, answer: boolean, meanwhile: (build: Build) => Promise<void>) {
    let object: Build | undefined;
    const asked = supervisors(async () => {
      if (object !== undefined) await meanwhile(object);
      return answer;
    });
    await withBindings(stub, asked, (build) => {
      object = build;
      return build.alarm();
    });
  }

  it('leaves a reference that is confirmed while its supervisor is asked', async () => {
    const { digest, stub, keys } = await acquired('slow');
    const [key = referenceOf()] = keys;
    await alarmed(stub, false, (build) => build.confirm(digest, key));
    expect(await heldReferences(stub)).toEqual({
      references: [{ reference: key.reference, confirmed: 1 }],
      alarm: null,
    });
  });

  it('does not bring back a reference that is released while its supervisor is asked', async () => {
    const { digest, stub, keys } = await acquired('slow', 'slow');
    const [key = referenceOf(), other] = keys;
    await alarmed(stub, true, (build) => build.release(digest, key));
    expect((await heldReferences(stub)).references).toEqual([{ reference: other?.reference, confirmed: 1 }]);
  });

  it('deletes bytes that R2 would not delete before', async () => {
    const { digest, stub, key } = await kept();
    await withBindings(stub, { ARTIFACTS: bucketWith({ delete: down }) }, (build) => build.release(digest, key));
    expect(await storedBytes(digest)).toEqual(ALL);
    expect((await heldReferences(stub)).alarm).toEqual(expect.any(Number));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await storedBytes(digest)).toEqual(NOTHING);
    expect(await heldReferences(stub)).toEqual(EMPTY);
  });
});
