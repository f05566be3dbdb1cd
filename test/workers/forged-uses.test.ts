/** What an isolate that runs any code it likes sends for a use: nothing of it breaks a provider, or gets it what is not granted. */
import { RpcTarget } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallUses } from '../../durable/pool/call-uses.ts';
import { providersOf } from '../../durable/pool/providers.ts';
import { FILE_OPERATIONS } from '../../src/core/files/requests.ts';
import { ISOLATE_COMPATIBILITY_DATE } from '../../src/isolate/loader.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';
import { compileGrants, grantsOf, parsePolicy } from '../../src/policy/index.ts';
import { DEFAULT_MAXIMA } from '../../src/policy/maxima.ts';
import { bindings, freshName } from '../support/gateway-client.ts';

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  keyvalue: [
    'open',
    'get',
    'exists',
    'listKeys',
    'getMany',
    'set',
    'setMany',
    'delete',
    'deleteMany',
    'increment',
    'read',
    'swap',
  ],
  blobstore: [
    'create-container',
    'get-container',
    'container-exists',
    'container-info',
    'delete-container',
    'clear',
    'list',
    'has-object',
    'object-info',
    'delete-objects',
    'open',
    'admit-read',
    'admit-write',
  ],
  messaging: ['publish', 'request', 'reply'],
  filesystem: FILE_OPERATIONS,
  config: ['get'],
  components: ['call'],
  http: ['request'],
  sockets: ['create-tcp-socket', 'resolve-addresses'],
};

/** Sends each of its values for each field that any operation knows, alone and all at once. */
const HOSTILE = `import { RpcTarget, WorkerEntrypoint } from 'cloudflare:workers';
  const FIELDS = ['bucket', 'key', 'keys', 'value', 'entries', 'delta', 'unsigned', 'version', 'cursor', 'container', 'object',
    'objects', 'after', 'start', 'end', 'from', 'to', 'topic', 'message', 'timeoutMs', 'replies', 'closed', 'request', 'at', 'op',
    'interface', 'function', 'body', 'scheme', 'authority'];
  class Target extends RpcTarget { get length() { return 1e9; } }
  const values = () => {
    const circle = {}; circle.circle = circle;
    return [undefined, null, 0, -1, NaN, Infinity, 2 ** 53, 10n ** 40n, -1n, true, '', '\\0', '../../x', '\\ud800', 'x'.repeat(2e4),
      [], Array(2e3).fill('a'), [[[[]]]], circle, new Map([['a', 1]]), new Set([1]), new Date(NaN), /x/, new Error('e'),
      new Uint8Array(2e6), new ArrayBuffer(8), new Float64Array(2),
      { root: '/' }, { root: '../..' }, { data: 'no', metadata: {} }, { length: 1e9 }, () => 1, new Target()];
  };
  export default class extends WorkerEntrypoint {
    async attack(target, provider, operation) {
      const kinds = {};
      for (const [index, value] of values().entries()) {
        for (const input of [value, Object.fromEntries(FIELDS.map((field) => [field, value]))]) {
          const answer = await target.use({ provider, operation, input });
          const kind = answer.kind === 'refused' ? answer.reason : answer.value?.ok === false ? 'failed' : 'done';
          (kinds[kind] ??= []).push(index);
        }
      }
      return kinds;
    }
    async flood(target, use, times) {
      const answers = await Promise.all(Array.from({ length: times }, () => target.use(use)));
      return Object.entries(Object.groupBy(answers, (answer) => answer.reason ?? answer.kind)).map(([kind, { length }]) => [kind, length]);
    }
  }`;

interface Attacker {
  attack(target: RpcTarget, provider: string, operation: string): Promise<Record<string, number[]>>;
  flood(target: RpcTarget, use: CapabilityUse, times: number): Promise<[string, number][]>;
}

function attacker(): Attacker {
  const worker = bindings.LOADER.load({
    compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
    mainModule: 'm.js',
    modules: { 'm.js': HOSTILE },
    env: {},
    globalOutbound: null,
  });
  return worker.getEntrypoint() as unknown as Attacker; // the class of the text above
}

/** A call whose component may do everything that a policy can allow. */
function callOfAll(maxUses = 1_000_000) {
  const policy = parsePolicy(
    `permissions:
      keyvalue: {allow: [{bucket: "*", access: [read, write, delete]}]}
      blobstore: {allow: [{container: "*", access: [read, write]}]}
      messaging: {allow: [{topic: "*", access: [publish, subscribe]}]}
      components: {allow: [{name: "*", functions: ["*"]}]}
      storage: {allow: [{uri: "fs://work/**", access: [read, write]}]}
      network: {allow: [{host: "*"}]}
      environment: {allow: [{key: KEY, value: v}]}`,
    DEFAULT_MAXIMA,
  );
  if (!policy.ok) throw new Error(JSON.stringify(policy.error));
  const grants = grantsOf(policy.value);
  const component = freshName();
  const uses = new CallUses({
    caller: { component, version: 'v1', instance: crypto.randomUUID(), request: 'r' },
    providers: providersOf(bindings, { linked: () => undefined, environment: async () => [['KEY', 'v']] }),
    decide: compileGrants(grants),
    grants: () => grants,
    life: { chain: [component], remainingMs: () => 1_000 },
    maxUses,
    maxSubrequests: 10,
    tell: () => undefined,
  });
  class Target extends RpcTarget {
    use(asked: unknown): Promise<CapabilityAnswer> {
      return uses.use(asked);
    }
  }
  return { target: new Target(), uses };
}

const errors = vi.spyOn(console, 'error');
beforeEach(() => void errors.mockClear());
afterEach(() => expect(errors.mock.calls).toEqual([]));

describe('a use that no harness would send', () => {
  it.each(Object.entries(OPERATIONS))('of %s is invalid, denied, or an error', async (provider, operations) => {
    const { target, uses } = callOfAll();
    for (const operation of operations) {
      const { done = [], unavailable = [], ...others } = await attacker().attack(target, provider, operation);
      expect([operation, done, unavailable]).toEqual([operation, [], []]);
      expect(Object.keys(others).length).toBeGreaterThan(0);
    }
    uses.close();
  });
});

describe('two thousand uses at a time', () => {
  it('are done some at a time; those that are too many are refused, and the shard goes on', async () => {
    const { target, uses } = callOfAll();
    const bucket = freshName('b');
    const set = {
      provider: 'keyvalue',
      operation: 'set',
      input: { bucket, key: 'k', value: new Uint8Array(1_000) },
    } as const;
    const ends = Object.fromEntries(await attacker().flood(target, set, 2_000));
    expect(ends['done']).toBeGreaterThan(100);
    expect(Number(ends['done']) + Number(ends['exhausted'] ?? 0)).toBe(2_000);
    expect(await uses.use({ ...set, operation: 'get', input: { bucket, key: 'k' } })).toMatchObject({ kind: 'done' });
    uses.close();
  });

  it('with a budget of a hundred are a hundred', async () => {
    const { target, uses } = callOfAll(100);
    const use = { provider: 'config', operation: 'get', input: { key: 'KEY' } } as const;
    expect(Object.fromEntries(await attacker().flood(target, use, 2_000))).toEqual({ done: 100, exhausted: 1_900 });
    uses.close();
  });
});
