/** A real program, built from JavaScript by componentize-js: it fetches, counts, stores and publishes, each by its own grant. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clientOf, freshName } from '../support/edge-client.ts';
import { denials, deploy } from '../support/http-client.ts';
import { type HttpOrigin, startOrigin } from '../support/http-origin.ts';
import { messagingComponent } from '../support/messaging-components.ts';
import { shopComponent } from '../support/shop-component.ts';

const client = clientOf(inject('edge'));

/** What came of each of the four things. */
interface Report {
  readonly fetch: unknown;
  readonly count: unknown;
  readonly blob: unknown;
  readonly message: unknown;
}

type Permission = 'network' | 'keyvalue' | 'blobstore' | 'messaging';

let origin: HttpOrigin;
let shop: Uint8Array;
const resource = freshName('shop');
const [bucket, container, topic, told] = [resource, resource, `${resource}.orders`, `${resource}.told`];

beforeAll(async () => {
  [origin, shop] = await Promise.all([startOrigin(), shopComponent()]);
});

afterAll(() => origin.stop());

/** The policy of the program without some of its permissions. */
function policyWithout(...left: readonly Permission[]): string {
  const all: Readonly<Record<Permission, string>> = {
    network: `{allow: [{host: "http://${origin.authority}"}]}`,
    keyvalue: `{allow: [{bucket: ${bucket}, access: [read, write]}]}`,
    blobstore: `{allow: [{container: ${container}, access: [read, write]}]}`,
    messaging: `{allow: [{topic: ${topic}, access: [publish]}]}`,
  };
  const kept = Object.entries(all).filter(([name]) => !left.includes(name as Permission));
  return `version: "1.0"\npermissions:\n${kept.map(([name, rules]) => `  ${name}: ${rules}\n`).join('')}`;
}

/** One request to the program. */
async function visit(name: string): Promise<Report> {
  const query = new URLSearchParams({
    origin: `http://${origin.authority}/echo`,
    bucket,
    container,
    topic,
    text: `tell ${told}`,
  });
  const answer = await client.request('GET', `/http/${name}/?${query}`, { token: null });
  expect(answer.status).toBe(200);
  return answer.json as Report; // as the program's source says
}

const OK: Report = {
  fetch: { ok: expect.stringContaining('"method":"GET"') },
  count: { ok: expect.any(Number) },
  blob: { ok: 'a receipt' },
  message: { ok: topic },
};

describe('with all its permissions', () => {
  it('does all four things, and counts on', async () => {
    const name = await deploy(client, shop, policyWithout());
    const first = await visit(name);
    expect(first).toEqual(OK);
    const second = await visit(name);
    expect(second.count).toEqual({ ok: Number((first.count as { ok: number }).ok) + 1 });
    expect(await denials(client, name)).toEqual([]);
  });

  it('is heard by a second component, which tells on what it heard', async () => {
    const rules = `{topic: ${topic}, access: [subscribe]}, {topic: ${told}, access: [publish]}`;
    const policy = `version: "1.0"\npermissions: {messaging: {allow: [${rules}]}}`;
    const listener = await deploy(client, await messagingComponent('listener'), policy);
    expect(await visit(await deploy(client, shop, policyWithout()))).toEqual(OK);
    // Its call is not the program's: it shows among its own facts.
    await expect
      .poll(async () => (await client.get(`/v1/components/${listener}/events?limit=500`)).text)
      .toMatch(/"FunctionCalled"[^}]*incoming-handler[^}]*"outcome":"ok"/);
  });
});

describe.each<[Permission, keyof Report, unknown]>([
  ['network', 'fetch', { err: expect.any(String) }],
  ['keyvalue', 'count', { err: 'access-denied' }],
  ['blobstore', 'blob', { err: expect.stringMatching(/^access-denied: /) }],
  ['messaging', 'message', { err: 'permission-denied' }],
])('without the permission %s', (permission, part, refusal) => {
  it(`is refused ${part}, does the rest, and is recorded`, async () => {
    const name = await deploy(client, shop, policyWithout(permission));
    expect(await visit(name)).toEqual({ ...OK, [part]: refusal });
    await expect.poll(() => denials(client, name)).toEqual([expect.stringMatching(new RegExp(`^${permission} `))]);
  });
});
