/** Uploads that are no usable component: each gets a clear error and leaves everything as it was. */
import { describe, expect, inject, test } from 'vitest';
import { MAX_COMPONENT_BYTES } from '../../src/core/limits.ts';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { exampleBytes, withNote } from '../support/examples.ts';
import { coreModule, importer, panicker, stranger, witPackage } from '../support/examples-wat.ts';

const client = clientOf(inject('edge'));
const text = (value: string) => new TextEncoder().encode(value);

async function wrongVersion(): Promise<Uint8Array> {
  const bytes = Uint8Array.from(await exampleBytes('adder'));
  bytes[4] = 0x0e;
  return bytes;
}

interface Case {
  readonly claim: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly status: number;
  readonly codes: readonly string[];
  readonly says: RegExp;
}

const INVALID = { status: 422, codes: ['INVALID_COMPONENT'] };
const CASES: readonly Case[] = [
  { claim: 'an empty body', bytes: async () => text(''), ...INVALID, says: /empty/i },
  { claim: 'text', bytes: async () => text('hello, this is no wasm'), ...INVALID, says: /wasm|webassembly/i },
  { claim: 'three bytes', bytes: async () => text('abc'), ...INVALID, says: /wasm|webassembly/i },
  { claim: 'a core module', bytes: coreModule, ...INVALID, says: /core (webassembly )?module/i },
  { claim: 'a wrong version', bytes: wrongVersion, ...INVALID, says: /version/i },
  { claim: 'a WIT package', bytes: witPackage, ...INVALID, says: /WIT|export/i },
  { claim: 'unknown imports', bytes: importer, status: 422, codes: ['UNSUPPORTED_IMPORT'], says: /import/i },
];

describe('an upload is refused and changes nothing:', () => {
  test.each(CASES)('$claim, under a new name', async ({ bytes, status, codes, says }) => {
    const name = freshName('bad');
    const error = errorOf(await client.upload(name, await bytes()));
    expect(error.status).toBe(status);
    expect(codes).toContain(error.error_code);
    expect(`${error.message} ${JSON.stringify(error.details)}`).toMatch(says);
    expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  });

  test.each(CASES)('$claim, over a running component', async ({ bytes, status }) => {
    const before = await client.get('/v1/components/adder');
    expect((await client.upload('adder', await bytes())).status).toBe(status);
    const after = await client.get('/v1/components/adder');
    const active = (answer: { json: unknown }) => answer.json as { active: unknown; versions: unknown[] };
    expect(active(after).active).toEqual(active(before).active);
    expect(active(after).versions).toEqual(active(before).versions);
    expect((await client.call('adder', 'add', { a: 1, b: 2 })).json).toEqual({ result: 3 });
  });
});

test('an unknown function import is named', async () => {
  const error = errorOf(await client.upload(freshName('bad'), await importer()));
  expect(Object.keys(error.details ?? {})).toEqual([expect.stringContaining('host-secret')]);
});

test('an interface that no component of the policy exports is named, with what to do', async () => {
  const error = errorOf(await client.upload(freshName('bad'), await stranger()));
  expect(error.error_code).toBe('UNSUPPORTED_IMPORT');
  expect(error.details).toEqual({ 'nowhere:near/thing@1.0.0': expect.stringContaining('policy') });
});

test('a component that makes the transpiler panic is refused, and the good one right behind it is built', async () => {
  const [bad, good] = [freshName('panic'), freshName('good')];
  const [panicked, built] = await Promise.all([
    client.upload(bad, await panicker()),
    client.upload(good, withNote(await exampleBytes('adder'), good)),
  ]);
  expect(errorOf(panicked)).toMatchObject({
    status: 422,
    error_code: 'INVALID_COMPONENT',
    details: { stage: 'transpile' },
  });
  expect(built.status).toBe(201);
  for (const round of [1, 2, 3]) {
    expect((await client.upload(bad, await panicker())).status).toBe(422);
    expect((await client.upload(good, withNote(await exampleBytes('adder'), `${good} ${round}`))).status).toBe(201);
    expect((await client.call(good, 'add', { a: round, b: 1 })).json).toEqual({ result: round + 1 });
  }
});

test('an invalid component names the stage and the reason', async () => {
  const error = errorOf(await client.upload(freshName('bad'), await coreModule()));
  expect(error.details).toMatchObject({ stage: 'preamble', reason: expect.any(String) });
});

test.each(['adder', 'hello'] as const)('%s truncated at every 1/16 of its length is refused', async (example) => {
  const whole = await exampleBytes(example);
  const name = freshName('cut');
  for (let part = 1; part < 16; part += 1) {
    const answer = await client.upload(name, whole.subarray(0, Math.floor((whole.length * part) / 16)));
    expect({ part, ...errorOf(answer) }).toMatchObject({ part, status: 422, error_code: 'INVALID_COMPONENT' });
  }
  expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  expect((await client.upload(name, whole)).status).toBe(201);
});

test.each(['a declared', 'an undeclared'])('a component over the limit is refused with %s length', async (kind) => {
  const tooLarge = new Uint8Array(MAX_COMPONENT_BYTES + 1);
  tooLarge.set([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00]);
  const name = freshName('large');
  const body = kind === 'a declared' ? tooLarge : new Blob([tooLarge]).stream();
  const answer = await client.request('PUT', `/v1/components/${name}`, {
    body,
    headers: { 'content-type': 'application/wasm' },
  });
  expect(errorOf(answer)).toMatchObject({ status: 413, error_code: 'TOO_LARGE' });
  expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
});

test.each(['text/plain', 'application/octet-stream-of-consciousness'])('content type %s is refused', async (type) => {
  const answer = await client.request('PUT', `/v1/components/${freshName('typed')}`, {
    body: new Uint8Array(await exampleBytes('adder')),
    headers: { 'content-type': type },
  });
  expect(errorOf(answer)).toMatchObject({ status: 400, error_code: 'INVALID_REQUEST' });
});
