/** Variant 3: Hono, then a method of a Durable Object over RPC; the body passes through unparsed, as in the gateway. */
import { DurableObject } from 'cloudflare:workers';
import { Hono } from 'hono';

interface Bindings {
  readonly ADDERS: DurableObjectNamespace<Adder>;
}

export class Adder extends DurableObject {
  add(body: ArrayBuffer): string {
    const { a, b } = JSON.parse(new TextDecoder().decode(body));
    return JSON.stringify({ result: a + b });
  }
}

export default new Hono<{ Bindings: Bindings }>().post('/call/:name/:function', async (c) => {
  const json = await c.env.ADDERS.getByName(c.req.param('name')).add(await c.req.arrayBuffer());
  return c.body(json, 200, { 'content-type': 'application/json' });
});
