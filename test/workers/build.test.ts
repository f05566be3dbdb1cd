/** The build object and R2: one build per digest, and bytes that live exactly as long as somebody refers to them. */
import { describe, expect, it } from 'vitest';
import { distinct, heldReferences, referenceOf, stage, storedBytes } from '../support/build-object.ts';
import { bindings, freshName, request, upload } from '../support/gateway-client.ts';

const NOTHING = { source: false, artifacts: 0 };
const ALL = { source: true, artifacts: 1 };

async function incoming(): Promise<number> {
  return (await bindings.ARTIFACTS.list({ prefix: 'incoming/' })).objects.length;
}

describe('one digest', () => {
  it('is kept while one of two components refers to it', async () => {
    const [one, two] = [freshName(), freshName()];
    const bytes = distinct();
    const [first, second] = await Promise.all([upload(one, bytes), upload(two, bytes)]);
    expect([first.status, second.status]).toEqual([201, 201]);
    const { digest } = await first.json<{ digest: string }>();
    expect(await storedBytes(digest)).toEqual(ALL);
    await request(`/v1/components/${one}?purge=true`, { method: 'DELETE' });
    expect(await storedBytes(digest)).toEqual(ALL);
    await request(`/v1/components/${two}`, { method: 'DELETE' });
    expect(await storedBytes(digest)).toEqual(ALL);
    await request(`/v1/components/${two}?purge=true`, { method: 'DELETE' });
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });

  it('leaves nothing in R2 when its build fails', async () => {
    const before = await incoming();
    const module = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const refused = await upload(freshName(), module);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_COMPONENT', details: { stage: 'preamble' } });
    await expect.poll(incoming).toBe(before);
    const { digest, stagingKey } = await stage(module);
    await bindings.ARTIFACTS.delete(stagingKey);
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });
});

describe('references', () => {
  it('of two versions of one component are apart', async () => {
    const { build, digest, stagingKey } = await stage(distinct());
    const [one, two] = [referenceOf('same'), referenceOf('same')];
    for (const key of [one, two])
      expect(await build.acquire({ digest, stagingKey, ...key })).toMatchObject({ ok: true });
    await build.release(digest, one);
    await build.release(digest, one);
    expect(await storedBytes(digest)).toEqual(ALL);
    await build.release(digest, two);
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });

  it('are for good once confirmed, even if they were not known', async () => {
    const { build, digest, stagingKey, stub } = await stage(distinct());
    const [one, two] = [referenceOf(), referenceOf()];
    await build.acquire({ digest, stagingKey, ...one });
    await build.confirm(digest, one);
    await build.confirm(digest, two);
    const { references, alarm } = await heldReferences(stub);
    expect(references.map(({ confirmed }) => confirmed)).toEqual([1, 1]);
    expect(alarm).toBeNull();
  });

  it('are not noted by a release or a rebuild of a digest that nobody has built', async () => {
    const { build, digest, stub } = await stage(distinct());
    await build.release(digest, referenceOf());
    expect(await build.ensure(digest)).toMatchObject({ ok: false, error: { code: 'INTERNAL_ERROR' } });
    expect(await heldReferences(stub)).toEqual({ references: [], alarm: null });
  });

  it('of callers at the same time share one build', async () => {
    const { build, digest, stagingKey } = await stage(distinct());
    const keys = Array.from({ length: 4 }, () => referenceOf());
    const built = await Promise.all(keys.map((key) => build.acquire({ digest, stagingKey, ...key })));
    expect(built.every(({ ok }) => ok)).toBe(true);
    for (const key of keys) await build.release(digest, key);
    expect(await storedBytes(digest)).toEqual(NOTHING);
  });
});
