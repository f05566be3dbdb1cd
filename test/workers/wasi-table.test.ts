/** Calls every function of WASI over the real providers, and holds docs/wasi.md to what was seen. */
import { beforeAll, expect, it } from 'vitest';
import { CallUses } from '../../durable/pool/call-uses.ts';
import { providersOf } from '../../durable/pool/providers.ts';
import { PROVIDED_INTERFACES } from '../../functions/runtime/wasi/provided.ts';
import { wasiFunctions } from '../../functions/runtime/wasi/releases.ts';
import type { CarrierAuthority } from '../../src/capability/carrier/contract.ts';
import { Session } from '../../src/capability/carrier/session.ts';
import {
  compileGrants,
  DEFAULT_MAXIMA,
  grantsOf,
  NO_GRANTS,
  parsePolicy,
  storageRoots,
} from '../../src/policy/index.ts';
import { bindings, freshName } from '../support/gateway-client.ts';
import { deploy, freshTopic } from '../support/messaging-client.ts';
import { type Evidence, ProbeGuest } from '../support/wasi-probes/evidence.ts';
import { probesOf } from '../support/wasi-probes/index.ts';
import { keyOf, stateOf, wasiTable } from '../support/wasi-probes/table.ts';

const ALL = `version: "1.0"
permissions:
  network: {allow: [{host: origin.test}]}
  storage: {allow: [{uri: "fs://**", access: [read, write]}]}
  environment: {allow: [{key: KEY, value: value}]}
  keyvalue: {allow: [{bucket: "*", access: [read, write, delete]}]}
  blobstore: {allow: [{container: "*", access: [read, write]}]}
  messaging: {allow: [{topic: "*.created", access: [publish, subscribe]}]}
  logging: {level: trace}
`;

/** A guest of a component that may do everything, over what a pool shard would have. */
function guest(): ProbeGuest {
  const parsed = parsePolicy(ALL, DEFAULT_MAXIMA);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const grants = grantsOf(parsed.value);
  const [allow, forbid] = [grants, NO_GRANTS].map((each) => compileGrants(each));
  let isForbidden = false;
  const uses = new CallUses({
    caller: { component: freshName('probe'), version: 'v1', instance: 'i', request: 'r' },
    providers: providersOf(bindings, {
      linked: () => '',
      environment: async () => (isForbidden ? [] : [['KEY', 'value']]),
    }),
    life: { chain: [], remainingMs: () => 60_000 },
    decide: (request) => (isForbidden ? forbid : allow)?.(request) ?? { allowed: false, rule: 'none' },
    grants: () => (isForbidden ? NO_GRANTS : grants),
    maxUses: 10_000,
    maxSubrequests: 100,
    tell: () => undefined,
  });
  const authority: CarrierAuthority & Disposable = {
    use: (use) => uses.use(use),
    admit: async (input) => ({ answer: await uses.use({ provider: 'http', operation: 'request', input }) }),
    [Symbol.dispose]() {},
  };
  const carrier = new Session(authority, { bucket: bindings.BLOBS, component: 'probe', waitUntil: () => undefined });
  return new ProbeGuest(allowed, uses, carrier, storageRoots(grants), {
    evidence: forbidden,
    forbid: (isSo) => {
      isForbidden = isSo;
    },
  });
}

const allowed: Evidence = new Map();
const forbidden: Evidence = new Map();
/** How probes ended that did not get to their end. */
const stopped: string[] = [];

beforeAll(async () => {
  const topic = freshTopic();
  await deploy('listener', [{ topic, access: ['subscribe'] }]);
  for (const [name, probe] of Object.entries(probesOf(topic))) {
    await probe(guest()).catch((error: unknown) => stopped.push(`${name}: ${String(error)}`));
  }
});

it('has probes that get to their end', () => {
  expect(stopped).toEqual([]);
});

it('has a probe for every function that is provided', () => {
  const provided = Object.entries(PROVIDED_INTERFACES).flatMap(([name, { functions }]) =>
    functions.map((text) => `${name}#${text}`),
  );
  expect(provided.filter((name) => !allowed.has(name))).toEqual([]);
});

it('sees of every function what the platform says of it', () => {
  const wrong = wasiFunctions()
    .filter((each) => stateOf(each, allowed) !== each.state)
    .map((each) => `${keyOf(each)} is said to be ${each.state}: ${stateOf(each, allowed)}`);
  expect(wrong).toEqual([]);
});

it('is what docs/wasi.md says', async () => {
  await expect(wasiTable(allowed, forbidden)).toMatchFileSnapshot('../../docs/wasi.md');
});
