/** The build object and R2: one build per digest, and bytes that live exactly as long as somebody refers to them. */
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { PROVISIONAL_MS } from '../../durable/build/references.ts';
import { artifactKey, sourceKey } from '../../src/build/keys.ts';
import { bindings, componentBytes, freshName, request, upload } from '../support/gateway-client.ts';

/** The same component with a digest of its own: a custom section tells them apart. */
function distinct(salt: string): Uint8Array {
  const name = new TextEncoder().encode(`salt-${salt}`);
  return Uint8Array.from([...componentBytes('adder'), 0, name.length + 1, name.length, ...name]);
}

async function stored(digest: string): Promise<{ source: boolean; artifact: boolean }> {
  const [source, artifact] = await Promise.all([
    bindings.ARTIFACTS.head(sourceKey(digest)),
    bindings.ARTIFACTS.head(artifactKey(digest)),
  ]);
  return { source: source !== null, artifact: artifact !== null };
}

async function incoming(): Promise<number> {
  return (await bindings.ARTIFACTS.list({ prefix: 'incoming/' })).objects.length;
}

describe('one digest', () => {
  it('is kept while one of two components refers to it', async () => {
    const [one, two] = [freshName(), freshName()];
    const bytes = distinct(one);
    const [first, second] = await Promise.all([upload(one, bytes), upload(two, bytes)]);
    expect([first.status, second.status]).toEqual([201, 201]);
    const { digest } = await first.json<{ digest: string }>();
    expect(await stored(digest)).toEqual({ source: true, artifact: true });
    await request(`/v1/components/${one}?purge=true`, { method: 'DELETE' });
    expect(await stored(digest)).toEqual({ source: true, artifact: true });
    await request(`/v1/components/${two}`, { method: 'DELETE' });
    expect(await stored(digest)).toEqual({ source: true, artifact: true });
    await request(`/v1/components/${two}?purge=true`, { method: 'DELETE' });
    expect(await stored(digest)).toEqual({ source: false, artifact: false });
  });

  it('leaves nothing in R2 when its build fails', async () => {
    const before = await incoming();
    const refused = await upload(freshName(), Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ error_code: 'INVALID_COMPONENT', details: { stage: 'preamble' } });
    const listed = await bindings.ARTIFACTS.list({ prefix: 'source/' });
    const digest = `sha256:${hex(await crypto.subtle.digest('SHA-256', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])))}`;
    expect(listed.objects.map(({ key }) => key)).not.toContain(sourceKey(digest));
    await expect.poll(incoming).toBe(before);
  });

  it('drops a provisional reference that its component does not know of', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const stub = bindings.BUILDS.getByName(digest);
    await bindings.ARTIFACTS.put(sourceKey(digest), 'orphan');
    await runInDurableObject(stub, async (_instance, state) => {
      // What an object holds that went away between the build and the supervisor's transaction.
      state.storage.sql.exec(`CREATE TABLE schema_version (version INTEGER NOT NULL); INSERT INTO schema_version VALUES (1);
        CREATE TABLE build (id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL, has_source INTEGER NOT NULL DEFAULT 0, builder_version INTEGER);
        CREATE TABLE reference (component TEXT PRIMARY KEY, confirmed INTEGER NOT NULL, since INTEGER NOT NULL);`);
      state.storage.sql.exec('INSERT INTO build VALUES (1, ?, 1, NULL)', digest);
      state.storage.sql.exec('INSERT INTO reference VALUES (?, 0, ?)', 'nobody', Date.now() - PROVISIONAL_MS - 1);
      await state.storage.setAlarm(Date.now() + 60_000);
    });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await stored(digest)).source).toBe(false);
  });
});

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
