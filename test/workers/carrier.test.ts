/** The carrier of a call in workerd: it asks before each request, and everything of it is void after the call. */
import { exports, RpcTarget } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { CallCarrierOwner } from '../../durable/pool/call-carrier.ts';
import { CallUses } from '../../durable/pool/call-uses.ts';
import type { Admitted, CarrierContract } from '../../src/capability/carrier/contract.ts';
import { httpProvider } from '../../src/capability/http/provider.ts';
import { ProviderRegistry } from '../../src/capability/registry.ts';
import type { FactBody } from '../../src/core/facts.ts';
import { ISOLATE_COMPATIBILITY_DATE } from '../../src/isolate/loader.ts';
import type { CallCarrier, CapabilityAnswer } from '../../src/isolate/protocol.ts';
import { type Decide, NO_GRANTS } from '../../src/policy/index.ts';
import { bindings } from '../support/gateway-client.ts';

// A cast: the plugin types `exports` by a generated file that this project does without.
const carrier = (exports as unknown as { Carrier: CarrierContract }).Carrier;

const GET = { id: 1, method: 'GET', scheme: 'https', authority: 'origin.test', path: '/empty', headers: [] } as const;

/** The uses of one call, whose grants are those of `decide`. */
function callOf(decide: Decide, maxSubrequests = 10, maxUses = 100) {
  const facts: FactBody[] = [];
  const uses = new CallUses({
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    providers: new ProviderRegistry({ http: httpProvider }),
    decide,
    grants: () => NO_GRANTS,
    life: { chain: ['c'], remainingMs: () => 30_000 },
    maxUses,
    maxSubrequests,
    tell: (fact) => facts.push(fact),
  });
  return { uses, facts, owner: new CallCarrierOwner(carrier, uses, 'c', new Set()) };
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

  it('that came to nothing leaves nothing: its number can be used again', async () => {
    const { owner } = callOf(onlyOrigin);
    const session = await owner.carrier();
    const denied = { kind: 'failed', code: { tag: 'HTTP-request-denied' } };
    for (let round = 0; round < 3; round += 1) {
      expect(await session.request({ ...GET, authority: 'evil.test' }, undefined)).toMatchObject(denied);
    }
    expect(statusOf(await session.request(GET, undefined))).toBe(200);
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

describe('several requests of a call', () => {
  /** Sends requests one after another, and answers their statuses; undefined for each that is refused. */
  const sendAll = async (session: CallCarrier, authorities: readonly string[], firstId: number) => {
    const statuses: (number | undefined)[] = [];
    for (const [index, authority] of authorities.entries()) {
      statuses.push(statusOf(await session.request({ ...GET, id: firstId + index, authority }, undefined)));
    }
    return statuses;
  };

  it('are decided on seldom, and each is counted when the call is over', async () => {
    let decisions = 0;
    const { owner, uses } = callOf((request) => {
      decisions += 1;
      return onlyOrigin(request);
    });
    const session = await owner.carrier();
    expect(await sendAll(session, Array(8).fill('origin.test'), 1)).toEqual(Array(8).fill(200));
    expect(decisions).toBe(2);
    uses.close();
    await owner.close();
    expect(uses.subrequests).toBe(8);
  });

  it('are refused from the moment on at which the change of the grants is acknowledged', async () => {
    let isAllowed = true;
    const { owner, facts } = callOf((request) =>
      isAllowed ? onlyOrigin(request) : { allowed: false, rule: 'revoked' },
    );
    const session = await owner.carrier();
    expect(await sendAll(session, Array(4).fill('origin.test'), 1)).toEqual(Array(4).fill(200));
    isAllowed = false;
    await owner.callBack();
    expect(await session.request({ ...GET, id: 5 }, undefined)).toMatchObject({ code: { tag: 'HTTP-request-denied' } });
    expect(facts).toMatchObject([{ type: 'CapabilityDenied', resource: 'https://origin.test:443', rule: 'revoked' }]);
    await owner.close();
  });

  it('are not more than the budget, wherever they go', async () => {
    const both: Decide = () => ({ allowed: true, rule: 'all' });
    const { owner, uses } = callOf(both, 7);
    const session = await owner.carrier();
    const authorities = ['origin.test', 'origin.test', 'origin.test:443', 'origin.test', 'origin.test.', 'origin.test'];
    const statuses = await sendAll(session, [...authorities, 'origin.test:443', 'origin.test', 'origin.test.'], 1);
    expect(statuses.map((status) => status !== undefined)).toEqual([...Array(7).fill(true), false, false]);
    await owner.close();
    expect(uses.subrequests).toBe(7);
  });

  it('leave to other uses what they have not used', async () => {
    const { owner } = callOf(onlyOrigin, 10, 6);
    const session = await owner.carrier();
    expect(await sendAll(session, Array(3).fill('origin.test'), 1)).toEqual([200, 200, 200]);
    const other = { provider: 'http', operation: 'none', input: undefined } as const;
    for (let use = 4; use <= 6; use += 1) expect(await owner.use(other)).toMatchObject({ reason: 'invalid' });
    expect(await owner.use(other)).toMatchObject({ reason: 'exhausted' });
    await owner.close();
  });

  it('are nothing that a carrier can send once its call was answered for', async () => {
    const { owner, uses } = callOf(onlyOrigin);
    const session = await owner.carrier();
    expect(await sendAll(session, Array(4).fill('origin.test'), 1)).toEqual(Array(4).fill(200));
    uses.close();
    await owner.close();
    expect(await sendAll(session, ['origin.test'], 5)).toEqual([undefined]);
    expect(uses.subrequests).toBe(4);
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

      async admit(): Promise<Admitted> {
        return { answer: await this.use(), loan: { id: 1, requests: 10 } };
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
