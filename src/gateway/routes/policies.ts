/** `/v1/policies…`: policy templates. KV keeps them; a change of one is pushed to the components that fall back to it. */
import { Hono } from 'hono';
import { catalogue } from '../../../durable/shared/bindings.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_POLICY_BYTES } from '../../core/limits.ts';
import { err, type Result } from '../../core/result.ts';
import {
  deleteTemplate,
  listTemplates,
  type PolicyMaxima,
  parseMaxima,
  readTemplate,
  type TemplateError,
  toFailure,
  writeTemplate,
} from '../../policy/index.ts';
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
    const { name, maxima } = named.value;
    const written = await writeTemplate(c.env.POLICIES, name, text.value, maxima);
    if (!written.ok) return errorResponse(templateFailure(written.error));
    await catalogue(c.env).pushTemplate({ name, text: text.value });
    return c.json({ name, hash: written.value.hash, updatedAt: written.value.updatedAt });
  })
  .delete('/:template', async (c) => {
    const named = prepare(c.req.param('template'), c.env.MAXIMA);
    if (!named.ok) return errorResponse(named.error);
    const deleted = await deleteTemplate(c.env.POLICIES, named.value.name);
    if (!deleted.ok) return errorResponse(templateFailure(deleted.error));
    await catalogue(c.env).pushTemplate({ name: named.value.name, text: null });
    return c.body(null, 204);
  });

function prepare(param: string, variable: string | undefined): Result<{ name: string; maxima: PolicyMaxima }, Failure> {
  const name = readName(param, 'template');
  if (!name.ok) return name;
  const maxima = parseMaxima(variable);
  return maxima.ok
    ? { ok: true, value: { name: name.value, maxima: maxima.value } }
    : err(failure('INTERNAL_ERROR', 'the variable MAXIMA of this Worker is not valid: its operator must correct it'));
}

function templateFailure(error: TemplateError): Failure {
  switch (error.kind) {
    case 'bad-name':
      return failure('INVALID_REQUEST', 'not a template name', { field: 'template', expected: '[a-z][a-z0-9-]{0,62}' });
    case 'not-found':
      return failure('NOT_FOUND', `there is no policy template ${error.name}: GET /v1/policies lists them`);
    case 'invalid':
      return toFailure(error.failures, `the policy template ${error.name}`);
  }
}
