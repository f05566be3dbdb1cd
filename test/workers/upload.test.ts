/** The forms of an upload, what is wrong with bad ones, and that R2 keeps nothing of those. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_COMPONENT_BYTES, MAX_POLICY_BYTES } from '../../src/core/limits.ts';
import { readUpload } from '../../src/gateway/upload.ts';
import { bindings, call, componentBytes, freshName, request } from '../support/gateway-client.ts';

const BOUNDARY = '----skerry';
const CLOSE = `--${BOUNDARY}--\r\n`;
const FILE = 'content-disposition: form-data; name="component"; filename="a.wasm"';
const POLICY = 'content-disposition: form-data; name="policy"';
const TOKEN_ONLY = 'version: "1.0"\naccess: token\n';

type Piece = string | Uint8Array;

function part(headers: string, body: Piece): readonly Piece[] {
  return [`--${BOUNDARY}\r\n${headers}\r\n\r\n`, body, '\r\n'];
}

async function joined(pieces: readonly Piece[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob([...pieces]).arrayBuffer());
}

interface FormOptions {
  readonly contentType?: string;
  /** Bytes per chunk of the body; without it the body is sent at once. */
  readonly chunkBytes?: number;
}

async function sendForm(name: string, pieces: readonly Piece[], options: FormOptions = {}): Promise<Response> {
  const { contentType = `multipart/form-data; boundary=${BOUNDARY}`, chunkBytes } = options;
  const bytes = await joined(pieces);
  const body = chunkBytes === undefined ? bytes : streamOf(chunksOf(bytes, chunkBytes));
  return request(`/v1/components/${name}`, { method: 'PUT', body, headers: { 'content-type': contentType } });
}

function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A body that is made as it is read. */
function streamOf(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

function sendSource(name: string, source: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return request(`/v1/components/${name}`, { method: 'PUT', body: JSON.stringify(source), headers });
}

/** Fails unless the upload was refused like this, deployed nothing and left nothing in R2. */
async function expectRefusal(name: string, answer: Response, status: number, expected: object): Promise<void> {
  expect(await answer.json()).toMatchObject(expected);
  expect(answer.status).toBe(status);
  expect((await request(`/v1/components/${name}`)).status).toBe(404);
  await expectNothingIncoming();
}

async function incoming(): Promise<string[]> {
  return (await bindings.ARTIFACTS.list({ prefix: 'incoming/' })).objects.map(({ key }) => key);
}

async function expectNothingIncoming(): Promise<void> {
  await expect.poll(incoming).toEqual([]);
}

// What one test leaves behind must not fail the next.
beforeEach(async () => bindings.ARTIFACTS.delete(await incoming()));

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

describe('a form', () => {
  it.each([
    ['the component first', [...part(FILE, componentBytes('adder')), ...part(POLICY, TOKEN_ONLY)]],
    ['the policy first', [...part(POLICY, TOKEN_ONLY), ...part(FILE, componentBytes('adder'))]],
    [
      'the policy as a file',
      [
        ...part(`${POLICY}; filename="p.yaml"\r\ncontent-type: application/yaml`, TOKEN_ONLY),
        ...part(FILE, componentBytes('adder')),
      ],
    ],
    [
      'a preamble and an epilogue',
      ['hello\r\n', ...part(FILE, componentBytes('adder')), ...part(POLICY, TOKEN_ONLY), CLOSE, 'bye'],
    ],
  ])('with %s deploys the component under its policy', async (_what, pieces) => {
    const name = freshName();
    const deployed = await sendForm(name, [...pieces, CLOSE]);
    expect(await deployed.json()).toMatchObject({ name, digest: await digestOf(componentBytes('adder')) });
    expect(deployed.status).toBe(201);
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(401);
    await expectNothingIncoming();
  });

  it.each([1, 7, 1_000])('in chunks of %d bytes is the same', async (chunkBytes) => {
    const name = freshName();
    const pieces = [...part(FILE, componentBytes('adder')), CLOSE];
    const deployed = await sendForm(name, pieces, { chunkBytes });
    expect(await deployed.json()).toMatchObject({ digest: await digestOf(componentBytes('adder')) });
    expect(deployed.status).toBe(201);
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(200);
  });

  it.each([`multipart/form-data; boundary="${BOUNDARY}"`, `Multipart/Form-Data;charset=utf-8;BOUNDARY=${BOUNDARY}`])(
    'of the type %s is read',
    async (contentType) => {
      const pieces = [...part(FILE, componentBytes('adder')), CLOSE];
      expect((await sendForm(freshName(), pieces, { contentType })).status).toBe(201);
    },
  );

  it('reaches R2 before it has ended', async () => {
    const touched = Promise.withResolvers<void>();
    const bucket = new Proxy(bindings.ARTIFACTS, {
      get(target, key) {
        touched.resolve();
        const member: unknown = Reflect.get(target, key);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const [head = '', , tail = ''] = part(FILE, '');
    const half = new Uint8Array(MAX_COMPONENT_BYTES / 2);
    const body = streamOf(
      (async function* () {
        yield new TextEncoder().encode(String(head));
        yield half.slice();
        await touched.promise;
        yield half.slice();
        yield new TextEncoder().encode(`${tail}${CLOSE}`);
      })(),
    );
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    const upload = await readUpload(new Request('https://skerry.test', { method: 'PUT', body, headers }), bucket, 'l');
    expect(upload).toMatchObject({ ok: true, value: { bytes: MAX_COMPONENT_BYTES, source: 'upload', label: 'l' } });
    if (upload.ok) await bucket.delete(upload.value.key);
  });
});

describe('a client that goes away', () => {
  it.each([
    ['a form', `multipart/form-data; boundary=${BOUNDARY}`, String(part(FILE, '')[0])],
    ['a component', 'application/wasm', ''],
  ])('inside %s leaves nothing', async (_what, contentType, head) => {
    const body = streamOf(
      (async function* () {
        yield new TextEncoder().encode(`${head}x`);
        yield new Uint8Array(MAX_COMPONENT_BYTES / 2);
        throw new Error('gone');
      })(),
    );
    const sent = new Request('https://skerry.test', { method: 'PUT', body, headers: { 'content-type': contentType } });
    const refused = await readUpload(sent, bindings.ARTIFACTS, undefined);
    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_REQUEST' } });
    await expectNothingIncoming();
  });
});

describe('a bad form', () => {
  const component = part(FILE, componentBytes('adder'));
  const INVALID = 'INVALID_REQUEST';
  it.each<[string, readonly Piece[], string, object]>([
    [
      'an unknown part behind the component',
      [...component, ...part('content-disposition: form-data; name="x"', ''), CLOSE],
      INVALID,
      { field: 'x' },
    ],
    [
      'an unknown part before it',
      [...part('content-disposition: form-data; name="x"', ''), ...component, CLOSE],
      INVALID,
      { field: 'x' },
    ],
    ['two components', [...component, ...component, CLOSE], INVALID, { field: 'component' }],
    [
      'two policies',
      [...component, ...part(POLICY, TOKEN_ONLY), ...part(POLICY, TOKEN_ONLY), CLOSE],
      INVALID,
      { field: 'policy' },
    ],
    [
      'two empty policies',
      [...component, ...part(POLICY, ''), ...part(POLICY, ''), CLOSE],
      INVALID,
      { field: 'policy' },
    ],
    ['no component', [...part(POLICY, TOKEN_ONLY), CLOSE], INVALID, { field: 'component' }],
    ['no part', [CLOSE], INVALID, { field: 'component' }],
    ['no bytes', [], INVALID, { field: 'body' }],
    [
      'a component that is text',
      [...part('content-disposition: form-data; name="component"', 'a.wasm'), CLOSE],
      INVALID,
      { field: 'component' },
    ],
    ['an end inside the component', component.slice(0, 2), INVALID, { field: 'body' }],
    ['an end behind the component', component, INVALID, { field: 'body' }],
    ['an end inside the policy', [...component, ...part(POLICY, TOKEN_ONLY).slice(0, 2)], INVALID, { field: 'body' }],
    ['half a closing boundary', [...component, `--${BOUNDARY}-`], INVALID, { field: 'body' }],
    ['a broken part behind the component', [...component, ...part('nonsense', ''), CLOSE], INVALID, { field: 'body' }],
    [
      'a policy that is not UTF-8',
      [...component, ...part(POLICY, Uint8Array.of(0xff)), CLOSE],
      INVALID,
      { field: 'policy' },
    ],
    [
      'a policy cut inside a character',
      [...component, ...part(POLICY, Uint8Array.of(0xe2, 0x82)), CLOSE],
      INVALID,
      { field: 'policy' },
    ],
    [
      'a policy that is too large',
      [...component, ...part(POLICY, ' '.repeat(MAX_POLICY_BYTES + 1)), CLOSE],
      'TOO_LARGE',
      { maxBytes: String(MAX_POLICY_BYTES) },
    ],
  ])('with %s is refused and leaves nothing', async (_what, pieces, code, details) => {
    const name = freshName();
    const refused = await sendForm(name, pieces);
    await expectRefusal(name, refused, code === INVALID ? 400 : 413, { error_code: code, details });
  });

  it.each([
    [
      'a component that is too large',
      [...part(FILE, new Uint8Array(MAX_COMPONENT_BYTES + 1)), CLOSE],
      /component is larger/,
    ],
    ['too much around it', [...component, CLOSE, new Uint8Array(MAX_COMPONENT_BYTES + 1_000_000)], /form is larger/],
  ])('with %s is refused, its length announced or not', async (_what, pieces, message) => {
    for (const options of [{}, { chunkBytes: 1_000_000 }]) {
      const name = freshName();
      const refused = await sendForm(name, pieces, options);
      await expectRefusal(name, refused, 413, { error_code: 'TOO_LARGE', message: expect.stringMatching(message) });
    }
  });

  it('with an empty component is refused as a component', async () => {
    const name = freshName();
    const refused = await sendForm(name, [...part(FILE, ''), CLOSE]);
    await expectRefusal(name, refused, 422, { error_code: 'INVALID_COMPONENT' });
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary=', `multipart/form-data; boundary=${'a'.repeat(71)}`])(
    'of the type %s has no boundary',
    async (contentType) => {
      const name = freshName();
      const refused = await sendForm(name, [...component, CLOSE], { contentType });
      await expectRefusal(name, refused, 400, { error_code: INVALID, details: { field: 'content-type' } });
    },
  );

  it('whose policy is mistyped is refused after the component was staged', async () => {
    const name = freshName();
    const refused = await sendForm(name, [...component, ...part(POLICY, 'acess: token'), CLOSE]);
    await expectRefusal(name, refused, 422, { error_code: 'POLICY_INVALID' });
  });
});

describe('a source', () => {
  it('is fetched, with its label and policy', async () => {
    const name = freshName();
    const digest = await digestOf(componentBytes('adder'));
    const source = 'https://user:secret@origin.test/adder?key=secret';
    const deployed = await sendSource(name, {
      source,
      digest,
      version: '1.0',
      policy: { version: '1.0', access: 'token' },
    });
    expect(await deployed.json()).toMatchObject({ name, digest, version: '1.0' });
    expect(deployed.status).toBe(201);
    expect((await call(name, 'add', { a: 1, b: 1 })).status).toBe(401);
    expect(await (await request(`/v1/components/${name}`)).text()).not.toContain('secret');
    await expectNothingIncoming();
  });

  it('that asks for a token gets the one of the request', async () => {
    const source = 'https://origin.test/private/adder';
    expect((await sendSource(freshName(), { source, auth: 'origin-token' })).status).toBe(201);
    const name = freshName();
    const refused = await sendSource(name, { source });
    await expectRefusal(name, refused, 400, { message: 'the source answered 403', details: { field: 'source' } });
  });

  it('with another digest is a conflict and leaves nothing', async () => {
    const name = freshName();
    const asked = await digestOf(componentBytes('subtractor'));
    const found = await digestOf(componentBytes('adder'));
    const refused = await sendSource(name, { source: 'https://origin.test/adder', digest: asked });
    await expectRefusal(name, refused, 409, { error_code: 'CONFLICT', details: { asked, found } });
  });

  it.each<[string, unknown, number, object]>([
    ['no answer of 200', { source: 'https://origin.test/nowhere' }, 400, { details: { field: 'source' } }],
    ['nothing behind it', { source: 'https://origin.test/empty' }, 422, { error_code: 'INVALID_COMPONENT' }],
    ['http', { source: 'http://origin.test/adder' }, 400, { details: { field: 'source', expected: 'https://…' } }],
    ['oci', { source: 'oci://origin.test/adder' }, 400, { details: { field: 'source' } }],
    ['no address', { source: 'adder' }, 400, { details: { field: 'source' } }],
    ['no source', {}, 400, { details: { field: 'source' } }],
    ['a number as source', { source: 1 }, 400, { details: { field: 'source' } }],
    [
      'a mistyped digest',
      { source: 'https://origin.test/adder', digest: 'sha256:00' },
      400,
      { details: { field: 'digest' } },
    ],
    ['a bad label', { source: 'https://origin.test/adder', version: '-' }, 400, { details: { field: 'version' } }],
    [
      'another strategy',
      { source: 'https://origin.test/adder', strategy: 'canary' },
      400,
      { details: { field: 'strategy' } },
    ],
    ['an unknown field', { source: 'https://origin.test/adder', name: 'x' }, 400, { error_code: 'INVALID_REQUEST' }],
    ['a list', [], 400, { error_code: 'INVALID_REQUEST' }],
  ])('with %s is refused', async (_what, source, status, expected) => {
    const name = freshName();
    await expectRefusal(name, await sendSource(name, source), status, expected);
  });
});

describe('an upload', () => {
  it.each(['-1', 'a b', 'a'.repeat(65), ''])('with the label %j is refused', async (label) => {
    const name = freshName();
    const refused = await request(`/v1/components/${name}?version=${encodeURIComponent(label)}`, {
      method: 'PUT',
      body: componentBytes('adder'),
      headers: { 'content-type': 'application/wasm' },
    });
    await expectRefusal(name, refused, 400, { error_code: 'INVALID_REQUEST', details: { field: 'version' } });
  });

  it.each(['text/plain', 'multipart/mixed; boundary=x', 'nonsense'])('of the type %s is refused', async (type) => {
    const name = freshName();
    const refused = await request(`/v1/components/${name}`, {
      method: 'PUT',
      body: componentBytes('adder'),
      headers: { 'content-type': type },
    });
    await expectRefusal(name, refused, 400, { error_code: 'INVALID_REQUEST', details: { field: 'content-type' } });
  });
});
