/** Variant 4: Hono, then an object, then a warm dynamic Worker: every hop of a call, and nothing of a component. */
import { DurableObject } from 'cloudflare:workers';
import { Hono } from 'hono';

interface Bindings {
  readonly ADDERS: DurableObjectNamespace<Adder>;
  readonly LOADER: WorkerLoader;
}

interface Entrypoint {
  add(body: ArrayBuffer): Promise<string>;
}

const ISOLATE = `import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint {
  add(body) {
    const { a, b } = JSON.parse(new TextDecoder().decode(body));
    return JSON.stringify({ result: a + b });
  }
}`;

export class Adder extends DurableObject<Bindings> {
  #entrypoint: Entrypoint | undefined;

  async add(body: ArrayBuffer): Promise<string> {
    // A cast: the class above is this interface.
    this.#entrypoint ??= this.env.LOADER.get('adder', () => ({
      compatibilityDate: '2026-09-01',
      mainModule: 'main.js',
      modules: { 'main.js': ISOLATE },
      env: {},
      globalOutbound: null,
    })).getEntrypoint() as unknown as Entrypoint;
    return this.#entrypoint.add(body);
  }
}

export default new Hono<{ Bindings: Bindings }>().post('/call/:name/:function', async (c) => {
  const json = await c.env.ADDERS.getByName(c.req.param('name')).add(await c.req.arrayBuffer());
  return c.body(json, 200, { 'content-type': 'application/json' });
});
