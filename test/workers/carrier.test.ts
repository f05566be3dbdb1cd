/** The carrier of a call in workerd: it asks before each request, and everything of it is void after the call. */
import { exports, RpcTarget } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { CallCarrierOwner } from '../../durable/pool/call-carrier.ts';
import { CallUses } from '../../durable/pool/call-uses.ts';
import type { CarrierContract } from '../../src/capability/carrier/contract.ts';
import { httpProvider } from '../../src/capability/http/provider.ts';
import { ProviderRegistry } from '../../src/capability/registry.ts';
import type { FactBody } from '../../src/core/facts.ts';
import { ISOLATE_COMPATIBILITY_DATE } from '../../src/isolate/loader.ts';
import type { CapabilityAnswer } from '../../src/isolate/protocol.ts';
import { type Decide, NO_GRANTS } from '../../src/policy/index.ts';
import { bindings } from '../support/gateway-client.ts';

// A cast: the plugin types `exports` by a generated file that this project does without.
const carrier = (exports as unknown as { Carrier: CarrierContract }).Carrier;

const GET = { id: 1, method: 'GET', scheme: 'https', authority: 'origin.test', path: '/empty', headers: [] } as const;

/** The uses of one call, whose grants are those of `decide`. */
function callOf(decide: Decide, maxSubrequests = 10) {
  const facts: FactBody[] = [];
  const uses = new CallUses({
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    providers: new ProviderRegistry({ http: httpProvider }),
    decide,
    grants: () => NO_GRANTS,
    life: { chain: ['c'], remainingMs: () => 30_000 },
    maxUses: 100,
    maxSubrequests,
    tell: (fact) => facts.push(fact),
  });
  return { uses, facts, owner: new CallCarrierOwner(carrier, uses, 'c') };
}

const onlyOrigin: Decide = (request) => {
  const allowed = request.capability === 'network' && request.host === 'origin.test';
  return { allowed, rule: allowed ? 'origin' : 'nothing allows it' };
};

const statusOf = (answer: unknown) => (answer as { status?: number }).status; // a field of one of its kinds

describe('a request', () => {
  it('is sent where the grants of that moment allow it, and counted', async () => {
    const { owner, uses, facts } = callOf(onlyOrigin);
    const session = await owner.carrier();
    expect(statusOf(await session.request(GET, undefined))).toBe(200);
    const denied = await session.request({ ...GET, id: 2, authority: 'evil.test' }, undefined);
    expect(denied).toMatchObject({ kind: 'failed', code: { tag: 'HTTP-request-denied' } });
    expect(uses.subrequests).toBe(1);
    expect(facts).toMatchObject([
      { type: 'CapabilityDenied', capability: 'network', resource: 'https://evil.test:443', rule: 'nothing allows it' },
    ]);
    owner.close();
  });

  it('beyond the budget is refused and recorded', async () => {
    const { owner, facts } = callOf(onlyOrigin, 1);
    const session = await owner.carrier();
    expect(statusOf(await session.request(GET, undefined))).toBe(200);
    expect(await session.request({ ...GET, id: 2 }, undefined)).toMatchObject({ code: { tag: 'internal-error' } });
    expect(facts).toMatchObject([{ capability: 'subrequests', resource: '1' }]);
    owner.close();
  });

  it('that no harness would send is none', async () => {
    const { owner } = callOf(onlyOrigin);
    const session = await owner.carrier();
    const smuggled = { ...GET, headers: [['a', 'b\r\nhost: evil.test']] as const };
    expect(await session.request(smuggled, undefined)).toMatchObject({ kind: 'failed' });
    expect(await session.request({ ...GET, path: '@evil.test/' }, undefined)).toMatchObject({ kind: 'failed' });
    owner.close();
  });
});

describe('after its call', () => {
  it('a carrier that was kept sends nothing', async () => {
    const { owner, uses } = callOf(onlyOrigin);
    const kept = await owner.carrier();
    uses.close();
    owner.close();
    const answer = await kept.request(GET, undefined);
    expect(answer).toMatchObject({ kind: 'failed', code: { tag: 'internal-error' } });
    await expect(owner.carrier()).rejects.toThrow('the call is over');
  });

  it('a capability that was kept is refused', async () => {
    const { uses } = callOf(onlyOrigin);
    const use = {
      provider: 'http',
      operation: 'request',
      input: { scheme: 'https', authority: 'origin.test' },
    } as const;
    expect(await uses.use(use)).toMatchObject({ kind: 'done' });
    uses.close();
    expect(await uses.use(use)).toEqual({ kind: 'refused', reason: 'unavailable', message: 'the call is over' });
  });

  it('a carrier does nothing, even if the shard would still answer', async () => {
    class Yes extends RpcTarget {
      async use(): Promise<CapabilityAnswer> {
        return { kind: 'done', value: { origin: 'https://origin.test' } };
      }
    }
    const session = await carrier.open(new Yes(), 'c');
    expect(statusOf(await session.request(GET, undefined))).toBe(200);
    await session.close();
    expect(await session.request({ ...GET, id: 2 }, undefined)).toMatchObject({ kind: 'failed' });
  });
});

describe('an isolate', () => {
  it('that runs any code it likes has no network, and nothing in its environment', async () => {
    const source = `import { WorkerEntrypoint, env } from 'cloudflare:workers';
      import { connect } from 'cloudflare:sockets';
      const attempt = async (run) => { try { await run(); return 'worked'; } catch (error) { return String(error.message); } };
      export default class extends WorkerEntrypoint {
        async look() {
          return {
            fetch: await attempt(() => fetch('https://origin.test/empty')),
            connect: await attempt(async () => { const socket = connect('origin.test:443'); await socket.opened; }),
            env: Object.keys(env).concat(Object.keys(this.env)),
            exports: Object.keys(this.ctx.exports ?? {}),
          };
        }
      }`;
    const worker = bindings.LOADER.load({
      compatibilityDate: ISOLATE_COMPATIBILITY_DATE,
      mainModule: 'm.js',
      modules: { 'm.js': source },
      env: {},
      globalOutbound: null,
    });
    // A cast: the entrypoint is the class of the text above.
    const seen = await (worker.getEntrypoint() as unknown as { look(): Promise<Record<string, unknown>> }).look();
    expect(seen['fetch']).toContain('not permitted');
    expect(seen['connect']).toContain('not permitted');
    expect(seen['env']).toEqual([]);
    expect(seen['exports']).toEqual(['default']);
  });
});
