/** `/v1/components…`: upload, look at, describe, remove. */
import { type Context, Hono } from 'hono';
import { build, catalogue, supervisor } from '../../../durable/shared/bindings.ts';
import type { ComponentDescription } from '../../../durable/supervisor/contract.ts';
import { readText } from '../../build/artifact-store.ts';
import type { BuildTexts } from '../../build/manifest.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { COMPONENT_NAME } from '../../core/names.ts';
import type { Result } from '../../core/result.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { countUpload } from '../rate-limit.ts';
import { readName, readPage } from '../request.ts';
import { readUpload } from '../upload.ts';

type RouteContext = Context<GatewayEnv>;

export const components = new Hono<GatewayEnv>()
  .get('/', async (c) => {
    const page = readPage(c.req.query(), COMPONENT_NAME);
    if (!page.ok) return errorResponse(page.error);
    return c.json(await catalogue(c.env).list(page.value));
  })
  .put('/:name', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const caller = c.var.caller;
    const limited = caller.kind === 'token' ? await countUpload(c.env, caller.id) : undefined;
    if (limited !== undefined) return errorResponse(limited);
    const upload = await readUpload(c.req.raw, c.env.ARTIFACTS, c.req.query('version'));
    if (!upload.ok) return errorResponse(upload.error);
    const { key, ...staged } = upload.value;
    try {
      const receipt = await supervisor(c.env, name.value).deploy({ ...staged, name: name.value, stagingKey: key });
      if (!receipt.ok) return errorResponse(receipt.error);
      const { created, ...shown } = receipt.value;
      return c.json(shown, created ? 201 : 200);
    } finally {
      c.executionCtx.waitUntil(c.env.ARTIFACTS.delete(key));
    }
  })
  .get('/:name', async (c) => {
    const described = await describe(c);
    return described.ok ? c.json(described.value) : errorResponse(described.error);
  })
  .delete('/:name', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const removed = await supervisor(c.env, name.value).remove({ purge: c.req.query('purge') === 'true' });
    return removed.ok ? c.body(null, 204) : errorResponse(removed.error);
  })
  .get('/:name/wit', (c) => text(c, 'wit', 'text/plain; charset=utf-8'))
  .get('/:name/types.d.ts', (c) => text(c, 'typescript', 'text/plain; charset=utf-8'))
  .get('/:name/tools', (c) => text(c, 'tools', 'application/json'))
  .get('/:name/status', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const status = await supervisor(c.env, name.value).status();
    return status.ok ? c.json(status.value) : errorResponse(status.error);
  })
  .get('/:name/events', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const page = readPage(c.req.query(), /^\d{1,15}$/);
    if (!page.ok) return errorResponse(page.error);
    const events = await supervisor(c.env, name.value).events(page.value);
    return events.ok ? c.json(events.value) : errorResponse(events.error);
  });

async function describe(c: RouteContext): Promise<Result<ComponentDescription, Failure>> {
  const name = readName(c.req.param('name'));
  return name.ok ? supervisor(c.env, name.value).describe() : name;
}

/** One of the texts that the build made; an artifact of an older builder is made anew first. */
async function text(c: RouteContext, which: keyof BuildTexts, contentType: string): Promise<Response> {
  const described = await describe(c);
  if (!described.ok) return errorResponse(described.error);
  const { digest } = described.value.active;
  let found = await readText(c.env.ARTIFACTS, digest, which);
  if (found === undefined) {
    const rebuilt = await build(c.env, digest).ensure(digest);
    if (!rebuilt.ok) return errorResponse(rebuilt.error);
    found = await readText(c.env.ARTIFACTS, digest, which);
  }
  if (found === undefined) {
    return errorResponse(failure('INTERNAL_ERROR', 'the artifact of this version is gone: upload it again'));
  }
  return c.body(found, 200, { 'content-type': contentType });
}
