/** A grant that is revoked while a call runs: its next use is refused and recorded, also of what it has open. */
import { expect, it } from 'vitest';
import { CallUses } from '../../durable/pool/call-uses.ts';
import { providersOf } from '../../durable/pool/providers.ts';
import type { FactBody } from '../../src/core/facts.ts';
import type { ProviderName } from '../../src/isolate/protocol.ts';
import { compileGrants, type Grants, grantsOf, NO_GRANTS, parsePolicy } from '../../src/policy/index.ts';
import { DEFAULT_MAXIMA } from '../../src/policy/maxima.ts';
import { bindings, freshName } from '../support/gateway-client.ts';

/** One call of a shard, under these permissions until they are revoked. */
function oneCall(permissions: string) {
  const policy = parsePolicy(`permissions: {${permissions}}`, DEFAULT_MAXIMA);
  if (!policy.ok) throw new Error(JSON.stringify(policy.error));
  let grants: Grants = grantsOf(policy.value);
  const facts: FactBody[] = [];
  const component = freshName();
  const uses = new CallUses({
    caller: { component, version: 'v1', instance: crypto.randomUUID(), request: 'r' },
    providers: providersOf(bindings, { linked: () => 'nobody', environment: async () => [['KEY', 'secret value']] }),
    decide: (request) => compileGrants(grants)(request),
    grants: () => grants,
    life: { chain: [component], remainingMs: () => 10_000 },
    maxUses: 100,
    maxSubrequests: 10,
    tell: (fact) => facts.push(fact),
  });
  const revoke = () => {
    grants = NO_GRANTS;
  };
  return { uses, facts, revoke };
}

const message = { data: Uint8Array.of(1), metadata: [] };

it.each([
  [
    'keyvalue',
    'set',
    'keyvalue: {allow: [{bucket: b, access: [write]}]}',
    { bucket: 'b', key: 'k', value: Uint8Array.of(1) },
  ],
  ['blobstore', 'container-exists', 'blobstore: {allow: [{container: c, access: [read]}]}', { container: 'c' }],
  ['blobstore', 'admit-write', 'blobstore: {allow: [{container: c, access: [write]}]}', { container: 'c' }],
  ['messaging', 'publish', 'messaging: {allow: [{topic: t, access: [publish]}]}', { topic: 't', message }],
  ['http', 'request', 'network: {allow: [{host: a.example}]}', { scheme: 'https', authority: 'a.example' }],
  ['config', 'get', 'environment: {allow: [{key: KEY}]}', { key: 'KEY' }],
  [
    'components',
    'call',
    'components: {allow: [{name: nobody, functions: ["*"]}]}',
    { interface: 'a:b/c', function: 'f', body: new ArrayBuffer(2) },
  ],
] as const)('%s: %s', async (provider: ProviderName, operation, permissions, input) => {
  const { uses, facts, revoke } = oneCall(permissions);
  expect(await uses.use({ provider, operation, input })).toMatchObject({ kind: 'done' });
  revoke();
  expect(await uses.use({ provider, operation, input })).toMatchObject({ kind: 'refused', reason: 'denied' });
  expect(facts).toMatchObject([{ type: 'CapabilityDenied', rule: 'nothing allows it' }]);
  expect(JSON.stringify(facts)).not.toContain('secret value');
  uses.close();
});

it('filesystem: a descriptor that is open', async () => {
  const { uses, facts, revoke } = oneCall('storage: {allow: [{uri: "fs://work/**", access: [read, write]}]}');
  const use = (request: { op: string }) =>
    uses.use({ provider: 'filesystem', operation: request.op, input: { closed: [], request } });
  const flags = { follow: false, exclusive: false, truncate: false, directory: false, read: true, write: true };
  const opened = await use({ op: 'open', at: { root: '/work' }, path: 'file', create: true, ...flags } as {
    op: string;
  });
  expect(opened).toMatchObject({ kind: 'done', value: { ok: true } });
  const read = { op: 'read', at: 1, offset: 0, length: 10 };
  expect(await use(read)).toMatchObject({ kind: 'done', value: { ok: true } });
  revoke();
  expect(await use(read)).toMatchObject({ kind: 'done', value: { ok: false, error: 'access' } });
  expect(await use({ op: 'write', at: 1, bytes: Uint8Array.of(1) } as { op: string })).toMatchObject({
    value: { ok: false },
  });
  expect(facts).toMatchObject([{ resource: 'read /work/file' }, { resource: 'write /work/file' }]);
  uses.close();
});
