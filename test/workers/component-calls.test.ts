/** Components that call each other, through the real gateway, objects and isolates. */
import { describe, expect, it } from 'vitest';
import { call, componentBytes, freshName, request } from '../support/gateway-client.ts';
import type { WatComponent } from '../support/wat-components.ts';

interface Fact {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Deploys a component with a policy. */
function deploy(name: string, component: WatComponent, policy: string): Promise<Response> {
  const form = new FormData();
  form.set('component', new File([componentBytes(component)], 'component.wasm'));
  form.set('policy', `version: "1.0"\n${policy}`);
  return request(`/v1/components/${name}`, { method: 'PUT', body: form });
}

const binding = (name: string, functions = '["*"]') =>
  `permissions: {components: {allow: [{name: ${name}, functions: ${functions}}]}}\n`;

/** A shop whose quotes come from a component of its own. */
async function pair({ shop = '', pricing = '', functions = '["*"]' } = {}) {
  const names = { shop: freshName('shop'), pricing: freshName('pricing') };
  expect((await deploy(names.pricing, 'pricing', pricing)).status).toBe(201);
  const deployed = await deploy(names.shop, 'shop', binding(names.pricing, functions) + shop);
  expect(await deployed.json()).toMatchObject({ name: names.shop });
  return names;
}

async function factsOf(name: string, type: string): Promise<Fact[]> {
  const { items } = await (await request(`/v1/components/${name}/events`)).json<{ items: Fact[] }>();
  return items.filter((fact) => fact.type === type);
}

const untilFact = (name: string, type: string, fact: object) =>
  expect.poll(() => factsOf(name, type), { timeout: 10_000 }).toContainEqual(expect.objectContaining(fact));

describe('a call of another component', () => {
  it('answers with what that one answers, under one request', async () => {
    const { shop, pricing } = await pair();
    const answer = await call(shop, 'quote', { item: 7 });
    expect(await answer.json()).toEqual({ result: 22 });
    const requestId = answer.headers.get('x-request-id');
    await untilFact(pricing, 'FunctionCalled', {
      request: requestId,
      function: 'demo:pricing/quotes@1.0.0#quote',
      outcome: 'ok',
    });
    expect(await (await request(`/v1/components/${shop}`)).json()).toMatchObject({
      imports: [{ name: 'demo:pricing/quotes@1.0.0', provided: true, component: pricing }],
    });
  });

  it('is made by fifty callers at a time', async () => {
    const { shop } = await pair();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, item) => (await call(shop, 'quote', { item })).json()),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, item) => ({ result: 3 * item + 1 })));
  });

  it('reaches a component that takes tokens only: the policy stands for one', async () => {
    const { shop, pricing } = await pair({ pricing: 'access: token\n' });
    expect((await call(pricing, 'quote', { item: 1 })).status).toBe(401);
    expect(await (await call(shop, 'quote', { item: 1 })).json()).toEqual({ result: 4 });
  });

  it('that the policy does not grant ends the caller, and is a fact', async () => {
    const { shop, pricing } = await pair({ functions: '["spin"]' });
    const denied = await call(shop, 'quote', { item: 1 });
    expect(denied.status).toBe(502);
    expect(await denied.json()).toMatchObject({
      error_code: 'COMPONENT_CRASHED',
      message: expect.stringContaining('the call of demo:pricing/quotes@1.0.0#quote was refused (denied)'),
    });
    await untilFact(shop, 'CapabilityDenied', {
      capability: 'components',
      resource: `${pricing}#demo:pricing/quotes@1.0.0#quote`,
      rule: 'nothing allows it',
    });
  });

  it('is denied once a policy no longer allows it, and allowed again with the next', async () => {
    const { shop, pricing } = await pair();
    const put = (policy: string) =>
      request(`/v1/components/${shop}/policy`, { method: 'PUT', body: `version: "1.0"\n${policy}` });
    expect((await put('')).status).toBe(200);
    expect((await call(shop, 'quote', { item: 1 })).status).toBe(502);
    expect((await put(binding(pricing))).status).toBe(200);
    expect(await (await call(shop, 'quote', { item: 1 })).json()).toEqual({ result: 4 });
  });

  it('that fails ends the caller with the name of the component and the code', async () => {
    const { shop, pricing } = await pair({ pricing: 'resources: {limits: {fuel: 1000000}}\n' });
    const failed = await call(shop, 'spin');
    expect(failed.status).toBe(502);
    expect(await failed.json()).toMatchObject({
      error_code: 'COMPONENT_CRASHED',
      message: expect.stringMatching(new RegExp(`failed in the component ${pricing} with OUT_OF_FUEL`)),
    });
  });

  it('that crashes is an error of the function, where that has one for a text', async () => {
    const { shop, pricing } = await pair();
    const failed = await call(shop, 'ask', { item: 1 });
    expect(failed.status).toBe(422);
    expect(await failed.json()).toEqual({
      result: {
        err: `the call of demo:pricing/quotes@1.0.0#ask failed in the component ${pricing} with COMPONENT_CRASHED: it crashed (trap)`,
      },
    });
  });

  it('ends with its caller, whose time it shares', async () => {
    const { shop, pricing } = await pair({ shop: 'resources: {limits: {timeout: 300ms}}\n' });
    const late = await call(shop, 'spin');
    expect([late.status, ((await late.json()) as { error_code: string }).error_code]).toEqual([504, 'TIMEOUT']);
    await expect
      .poll(
        async () => (await (await request(`/v1/components/${pricing}/status`)).json<{ instances: object }>()).instances,
      )
      .toMatchObject({ executing: 0, queued: 0 });
  });

  it('of a component that was removed says so', async () => {
    const { shop, pricing } = await pair();
    expect((await request(`/v1/components/${pricing}`, { method: 'DELETE' })).status).toBeLessThan(300);
    expect(await (await call(shop, 'quote', { item: 1 })).json()).toMatchObject({
      message: expect.stringContaining('COMPONENT_NOT_FOUND'),
    });
  });

  it('of a component that has other types now says where', async () => {
    const { shop, pricing } = await pair();
    expect((await deploy(pricing, 'otherPricing', '')).status).toBe(201);
    expect(await (await call(shop, 'quote', { item: 1 })).json()).toMatchObject({
      error_code: 'COMPONENT_CRASHED',
      message: expect.stringMatching(/INVALID_REQUEST.*item/),
    });
  });
});

describe('a deploy', () => {
  it.each([
    ['is bound by nothing', '', /nothing in the policy binds it/],
    ['is bound by a pattern', binding('"pric*"'), /nothing in the policy binds it/],
    [
      'is bound to a component that is not there',
      binding('nobody-has-this-name'),
      /there is no component of this name/,
    ],
  ])('is refused when an import %s', async (_, policy, reason) => {
    const refused = await deploy(freshName(), 'shop', policy);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      error_code: 'UNSUPPORTED_IMPORT',
      details: { 'demo:pricing/quotes@1.0.0': expect.stringMatching(reason) },
    });
  });

  it('is refused when the component does not export the interface', async () => {
    const other = freshName();
    await deploy(other, 'adder', '');
    const refused = await deploy(freshName(), 'shop', binding(other));
    expect(await refused.json()).toMatchObject({
      details: { 'demo:pricing/quotes@1.0.0': `${other} does not export it` },
    });
  });

  it('is a conflict when the types differ, with function, path and both types', async () => {
    const pricing = freshName();
    await deploy(pricing, 'otherPricing', '');
    const refused = await deploy(freshName(), 'shop', binding(pricing));
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      error_code: 'CONFLICT',
      details: {
        component: pricing,
        function: 'demo:pricing/quotes@1.0.0#quote',
        path: 'item',
        imported: 'u32',
        exported: 'char',
      },
    });
  });
});

describe('calls that go on', () => {
  it('in a circle are refused, and the fact names it', async () => {
    const [a, b] = [freshName('a'), freshName('b')];
    await deploy(b, 'ringEnd', '');
    expect((await deploy(a, 'ringA', binding(b))).status).toBe(201);
    expect(await (await call(a, 'go')).json()).toEqual({ result: 2 });
    expect((await deploy(b, 'ringB', binding(a))).status).toBe(201);
    const ended = await call(a, 'go');
    expect(ended.status).toBe(502);
    await untilFact(b, 'CapabilityDenied', {
      capability: 'components',
      rule: `a component cannot be called while it waits for the answer: ${a} → ${b} → ${a}`,
    });
  });

  it('through more than eight components are refused', async () => {
    const names = Array.from({ length: 9 }, (_, index) => freshName(`s${index}`));
    for (let index = 8; index >= 0; index -= 1) {
      const next = names[index + 1];
      const component = `chain${index}` as WatComponent; // one of the nine
      expect((await deploy(names[index] ?? '', component, next === undefined ? '' : binding(next))).status).toBe(201);
    }
    expect(await (await call(names[1] ?? '', 'go')).json()).toEqual({ result: 8 });
    expect((await call(names[0] ?? '', 'go')).status).toBe(502);
    await untilFact(names[7] ?? '', 'CapabilityDenied', { rule: 'at most 8 components may call each other' });
  });
});
