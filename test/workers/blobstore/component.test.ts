/** A component stores and reads objects through the real gateway, shard, isolate and carrier. */
import { describe, expect, inject, it } from 'vitest';
import { blobs, freshContainer } from '../../support/blobstore.ts';
import { call, freshName, request } from '../../support/gateway-client.ts';

const MIB = 1024 * 1024;

interface Rule {
  readonly container: string;
  readonly access: readonly ('read' | 'write')[];
}

/** Deploys the component with rules for containers. */
async function deploy(rules: readonly Rule[], more = ''): Promise<string> {
  const name = freshName('keeper');
  const allow = rules.map(({ container, access }) => `{container: "${container}", access: [${access.join(', ')}]}`);
  const policy = `version: "1.0"\npermissions: {blobstore: {allow: [${allow.join(', ')}]}}\n${more}`;
  const form = new FormData();
  const bytes = Uint8Array.from(atob(inject('blobKeeper')), (character) => character.charCodeAt(0));
  form.append('component', new Blob([bytes], { type: 'application/wasm' }), 'component.wasm');
  form.append('policy', new Blob([policy], { type: 'application/yaml' }), 'policy.yaml');
  const answer = await request(`/v1/components/${name}`, { method: 'PUT', body: form });
  if (answer.status !== 201) throw new Error(`HTTP ${answer.status} ${await answer.text()}`);
  return name;
}

/** What a function of the component answers: its value, or `{err}`. */
async function ask(name: string, fn: string, args: object): Promise<unknown> {
  const answer: { result?: { ok?: unknown; err?: unknown } } = await (await call(name, fn, args)).json();
  if (answer.result === undefined) return answer;
  return 'ok' in answer.result ? answer.result.ok : answer.result;
}

/** A component that may do everything with a container of its own, which exists. */
async function keeper(): Promise<{ readonly name: string; readonly container: string }> {
  const container = freshContainer();
  const name = await deploy([{ container, access: ['read', 'write'] }]);
  expect(await ask(name, 'create', { container })).toBeNull();
  return { name, container };
}

const uploads = async () => (await blobs().list({ prefix: '/uploads/' })).objects.length;

describe('a component', () => {
  it('stores an object and reads it back, whole and in part', async () => {
    const { name, container } = await keeper();
    expect(await ask(name, 'store', { container, name: 'a', bytes: 10_000, end: 'finish' })).toBeNull();
    const all = { container, name: 'a', start: 0, end: Number.MAX_SAFE_INTEGER };
    expect(await ask(name, 'read', { ...all, streamed: false })).toEqual([10_000, 0, 2]);
    expect(await ask(name, 'read', { ...all, streamed: true })).toEqual([10_000, 0, 2]);
    expect(await ask(name, 'read', { ...all, start: 4_095, end: 4_096, streamed: false })).toEqual([2, 0, 1]);
    expect(await ask(name, 'names', { container })).toEqual(['a']);
  });

  it('streams 20 MiB in and out of an instance with a fraction of that', async () => {
    const { name, container } = await keeper();
    const bytes = 20 * MIB;
    expect(await ask(name, 'store', { container, name: 'large', bytes, end: 'finish' })).toBeNull();
    expect((await blobs().head(`${container}/large`))?.size).toBe(bytes);
    const all = { container, name: 'large', start: 0, end: Number.MAX_SAFE_INTEGER, streamed: true };
    expect(await ask(name, 'read', all)).toEqual([bytes, 0, (bytes / 4_096 - 1) % 251]);
    expect(await uploads()).toBe(0);
  });

  it.each([
    ['drop', 6],
    ['drop', 0],
    ['trap', 6],
    ['trap', 0],
  ])('that ends an upload by %s after %i MiB leaves nothing', async (end, mib) => {
    const { name, container } = await keeper();
    await ask(name, 'store', { container, name: 'a', bytes: mib * MIB + 10, end });
    await expect.poll(uploads).toBe(0);
    expect(await ask(name, 'names', { container })).toEqual([]);
  });

  it('that is killed in the middle of an upload leaves nothing', async () => {
    const { name, container } = await keeper();
    const storing = ask(name, 'store', { container, name: 'a', bytes: 6 * MIB, end: 'wait' });
    await expect.poll(uploads).toBe(1);
    await request(`/v1/components/${name}/stop`, { method: 'POST', body: '{"timeoutMs": 0}' });
    expect(await storing).toMatchObject({ error_code: 'COMPONENT_CRASHED' });
    await expect.poll(uploads).toBe(0);
    expect((await blobs().list({ prefix: `${container}/` })).objects).toHaveLength(1);
  });
});

describe('the policy', () => {
  it("keeps another component's container closed, and records each attempt", async () => {
    const { name, container } = await keeper();
    await ask(name, 'store', { container, name: 'secret', bytes: 10, end: 'finish' });
    const own = freshContainer();
    const stranger = await deploy([{ container: own, access: ['read', 'write'] }]);
    await ask(stranger, 'create', { container: own });
    await ask(stranger, 'store', { container: own, name: 'x', bytes: 10, end: 'finish' });
    const err = expect.stringMatching(/^access-denied: /);
    expect(await ask(stranger, 'names', { container })).toEqual({ err });
    expect(await ask(stranger, 'create', { container })).toEqual({ err });
    const out = { container, name: 'secret', 'to-container': own, 'to-name': 'stolen' };
    expect(await ask(stranger, 'copy', out)).toEqual({ err });
    const into = { container: own, name: 'x', 'to-container': container, 'to-name': 'planted' };
    expect(await ask(stranger, 'copy', into)).toEqual({ err });
    const outside = { container: own, name: `../${container}/secret`, start: 0, end: 9, streamed: false };
    expect(await ask(stranger, 'read', outside)).toEqual({ err: expect.stringMatching(/^no-such-object: /) });
    await expect
      .poll(async () => (await request(`/v1/components/${stranger}/events?limit=500`)).text())
      .toMatch(
        new RegExp(
          `"resource":"write ${container}"[^]*"resource":"read ${container}"|"resource":"read ${container}"[^]*"resource":"write ${container}"`,
        ),
      );
  });

  it('lets one write who may not read, and one read who may not write', async () => {
    const { name, container } = await keeper();
    const writer = await deploy([{ container, access: ['write'] }]);
    const reader = await deploy([{ container, access: ['read'] }]);
    const object = { container, name: 'a' };
    const err = expect.stringMatching(/^access-denied: /);
    const range = { ...object, start: 0, end: 9, streamed: false };
    expect(await ask(reader, 'store', { ...object, bytes: 10, end: 'finish' })).toEqual({ err });
    expect(await ask(writer, 'store', { ...object, bytes: 10, end: 'finish' })).toBeNull();
    expect(await ask(writer, 'read', range)).toEqual({ err });
    expect(await ask(reader, 'read', range)).toEqual([10, 0, 0]);
    expect(await ask(reader, 'remove', object)).toEqual({ err });
    expect(await ask(name, 'remove', object)).toBeNull();
  });

  it('is asked for each object: a call with few uses does little', async () => {
    const container = freshContainer();
    const name = await deploy([{ container, access: ['read', 'write'] }], 'resources: {limits: {capabilityUses: 2}}');
    await ask(name, 'create', { container });
    const store = { container, name: 'a', bytes: 10, end: 'finish' };
    expect(await ask(name, 'store', store)).toEqual({ err: expect.stringMatching(/^exhausted: /) });
    expect(await ask(name, 'names', { container })).toEqual([]);
  });
});
