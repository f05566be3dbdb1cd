/** `POST /run`: commands over the public API, their answers as a whole and as events. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { commandComponent } from '../support/command-component.ts';
import { untilLoad, untilOutcomes } from '../support/component-status.ts';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';
import { rawCall } from '../support/raw-request.ts';
import { watComponent } from '../support/wat-components.ts';

const edge = inject('edge');
const client = clientOf(edge);

let command: Uint8Array;
let name: string;

beforeAll(async () => {
  command = await commandComponent();
  name = await deployed();
});

async function deployed(policy = ''): Promise<string> {
  const fresh = freshName('tool');
  expect((await client.upload(fresh, command, { policy: `version: "1.0"\n${policy}` })).status).toBe(201);
  return fresh;
}

function run(component: string, body: unknown, headers: Record<string, string> = {}, token?: string | null) {
  const options = { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  return client.request('POST', `/run/${component}`, token === undefined ? options : { ...options, token });
}

describe('a run', () => {
  it('answers with exit code and output, in the name of the component', async () => {
    const answer = await run(name, { args: ['-v'], env: { KEY: 'value' }, stdin: 'in' }, {}, null);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ exitCode: 0, stdout: `${name}\n-v\nKEY=value\nin`, stderr: 'goodbye\n' });
    expect(answer.headers.get('x-skerry-version')).toBe('v1');
    expect(answer.headers.get('x-skerry-instance')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await client.request('POST', `/run/${name}`)).json).toMatchObject({ exitCode: 0, stdout: `${name}\n` });
  });

  it.each([
    ['err', 1],
    ['x', 7],
    ['z', 0],
  ])('that ends with %s has the exit code %d', async (arg, exitCode) => {
    expect((await run(name, { args: [arg] })).json).toMatchObject({ exitCode, stdout: `${name}\n${arg}\n` });
  });

  it('that traps has crashed', async () => {
    const own = await deployed();
    expect(errorOf(await run(own, { args: ['trap'] }))).toMatchObject({ status: 502, details: { reason: 'trap' } });
    await run(own, {});
    await run(own, { args: ['err'] });
    await untilOutcomes(client, own, { ok: 1, err: 1, trap: 1 });
    const { items } = (await client.get(`/v1/components/${own}/events?limit=1`)).json as { items: object[] };
    expect(items).toMatchObject([{ type: 'FunctionCalled', function: 'wasi:cli/run#run', outcome: 'err' }]);
  });

  it('ends at its timeout, and its place is free', async () => {
    const own = await deployed('resources: {limits: {timeout: 300ms}, pool: {maxConcurrent: 1}}');
    expect(errorOf(await run(own, { args: ['sleep'] })).error_code).toBe('TIMEOUT');
    expect((await run(own, {})).status).toBe(200);
  });

  it.each([
    [{ args: 'x' }, 'args'],
    [{ args: [1] }, 'args.0'],
    [{ env: { A: 1 } }, 'env.A'],
    [{ unknown: 1 }, 'body'],
    [[], 'body'],
  ])('of %j is refused', async (body, field) => {
    expect(errorOf(await run(name, body))).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field } });
  });

  it('of a component without one says so', async () => {
    const adder = freshName('adder');
    await client.upload(adder, await watComponent('adder'));
    const error = errorOf(await run(adder, {}));
    expect(error).toMatchObject({ status: 404, error_code: 'FUNCTION_NOT_FOUND', details: { nearest: 'add' } });
    expect(error.message).toContain('does not export wasi:cli/run#run');
    expect(errorOf(await run(freshName('none'), {})).error_code).toBe('COMPONENT_NOT_FOUND');
  });

  it('is shown among the entrances of the component, and not as a function', async () => {
    expect((await client.get(`/v1/components/${name}`)).json).toMatchObject({
      functions: [],
      entrances: [{ kind: 'command', interface: 'wasi:cli/run@0.2.6' }],
    });
  });

  it('needs a token where the policy says so', async () => {
    const own = await deployed('access: token');
    expect(errorOf(await run(own, {}, {}, null)).status).toBe(401);
    expect(errorOf(await run(own, {}, {}, edge.tokens.read)).status).toBe(403);
    expect((await run(own, {}, {}, edge.tokens.invoke)).status).toBe(200);
  });
});

describe('the environment of a run', () => {
  const POLICY =
    'permissions: {environment: {allow: [{key: STATED, value: policy}, {key: SECRET}], deny: [{key: DENIED}]}}';

  it('is that of the policy, and more', async () => {
    const own = await deployed(POLICY);
    const { json } = await run(own, { env: { MORE: '1' } });
    expect(json).toMatchObject({ stdout: `${own}\nSTATED=policy\nMORE=1\n` });
  });

  it.each(['STATED', 'SECRET', 'DENIED', 'SKERRY_EXPECT', 'skerry_x', 'not-posix', '1A', ''])(
    'cannot have %j from the caller',
    async (key) => {
      const own = await deployed(POLICY);
      const error = errorOf(await run(own, { env: { [key]: 'mine' } }));
      expect(error).toMatchObject({ error_code: 'INVALID_REQUEST', details: { field: `env.${key}` } });
    },
  );
});

/** The events of an answer, as a client would read them. */
function eventsOf(text: string): { event: string; data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
}

describe('a run that streams', () => {
  const EVENTS = { accept: 'text/event-stream' };

  it('answers with what was printed, and the exit code', async () => {
    const answer = await run(name, { args: ['x'], stdin: 'in' }, EVENTS);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('x-skerry-version')).toBe('v1');
    const events = eventsOf(answer.text);
    const text = (wanted: string) =>
      events.flatMap(({ event, data }) => (event === wanted ? [(data as { text: string }).text] : [])).join('');
    expect([text('stdout'), text('stderr')]).toEqual([`${name}\nx\nin`, 'goodbye\n']);
    expect(events.at(-1)).toEqual({ event: 'exit', data: { exitCode: 7 } });
  });

  it('answers with what was printed before a trap, and an error', async () => {
    const events = eventsOf((await run(name, { args: ['trap'] }, EVENTS)).text);
    expect(events.at(-2)).toEqual({ event: 'stderr', data: { text: 'goodbye\n' } });
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { error_code: 'COMPONENT_CRASHED' } });
  });

  it('answers what is refused as ever', async () => {
    expect(errorOf(await run(freshName('none'), {}, EVENTS)).status).toBe(404);
  });

  it('shows the first output while the command runs, and ends it when the connection is reset', async () => {
    const own = await deployed();
    const body = JSON.stringify({ args: ['sleep'] });
    const call = await rawCall(edge.workerUrl, `/run/${own}`, body, EVENTS);
    await expect.poll(() => call.received, { timeout: 10_000 }).toContain('goodbye');
    await untilLoad(client, own, 1);
    call.reset();
    await untilLoad(client, own, 0);
    await untilOutcomes(client, own, { 'client-gone': 1 });
  });
});
