/** `/v1/policies…`: policy templates. KV keeps them, the catalogue writes them. */
import { Hono } from 'hono';
import { catalogue } from '../../../durable/shared/bindings.ts';
import type { Failure } from '../../core/errors.ts';
import { MAX_POLICY_BYTES } from '../../core/limits.ts';
import { ok, type Result } from '../../core/result.ts';
import { listTemplates, maximaOf, type PolicyMaxima, readTemplate, templateFailure } from '../../policy/index.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readName, readPage, readText } from '../request.ts';

export const policies = new Hono<GatewayEnv>()
  .get('/', async (c) => {
    const page = readPage(c.req.query(), /^[\x21-\x7e]{1,1024}$/);
    if (!page.ok) return errorResponse(page.error);
    return c.json(await listTemplates(c.env.POLICIES, page.value));
  })
  .get('/:template', async (c) => {
    const named = prepare(c.req.param('template'), c.env.MAXIMA);
    if (!named.ok) return errorResponse(named.error);
    const template = await readTemplate(c.env.POLICIES, named.value.name, named.value.maxima);
    if (!template.ok) return errorResponse(templateFailure(template.error));
    const { name, hash, text, updatedAt } = template.value;
    if (c.req.header('accept')?.includes('yaml')) return c.body(text, 200, { 'content-type': 'application/yaml' });
    return c.json({ name, hash, text, updatedAt });
  })
  .put('/:template', async (c) => {
    const named = prepare(c.req.param('template'), c.env.MAXIMA);
    if (!named.ok) return errorResponse(named.error);
    const text = await readText(c.req.raw, MAX_POLICY_BYTES);
    if (!text.ok) return errorResponse(text.error);
    const written = await catalogue(c.env).writeTemplate(named.value.name, text.value);
    return written.ok ? c.json(written.value) : errorResponse(written.error);
  })
  .delete('/:template', async (c) => {
    const named = prepare(c.req.param('template'), c.env.MAXIMA);
    if (!named.ok) return errorResponse(named.error);
    const deleted = await catalogue(c.env).deleteTemplate(named.value.name);
    return deleted.ok ? c.body(null, 204) : errorResponse(deleted.error);
  });

function prepare(param: string, variable: string | undefined): Result<{ name: string; maxima: PolicyMaxima }, Failure> {
  const name = readName(param, 'template');
  if (!name.ok) return name;
  const maxima = maximaOf(variable);
  return maxima.ok ? ok({ name: name.value, maxima: maxima.value }) : maxima;
}
