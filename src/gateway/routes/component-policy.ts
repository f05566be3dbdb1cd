/** `/v1/components/{name}/policy`: the component's own policy, as YAML or JSON. */
import { type Context, Hono } from 'hono';
import { supervisor } from '../../../durable/shared/bindings.ts';
import type { PolicyView } from '../../../durable/supervisor/contract.ts';
import type { Failure } from '../../core/errors.ts';
import { MAX_POLICY_BYTES } from '../../core/limits.ts';
import type { Result } from '../../core/result.ts';
import type { GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readName, readText } from '../request.ts';

export const componentPolicy = new Hono<GatewayEnv>()
  .get('/:name/policy', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    return show(c, await supervisor(c.env, name.value).policy());
  })
  .put('/:name/policy', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const text = await readText(c.req.raw, MAX_POLICY_BYTES);
    if (!text.ok) return errorResponse(text.error);
    return show(c, await supervisor(c.env, name.value).setPolicy(text.value));
  })
  .delete('/:name/policy', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    return show(c, await supervisor(c.env, name.value).deletePolicy());
  });

/** As JSON `{source, hash, text?}`, or with `Accept: application/yaml` the text alone. */
function show(c: Context<GatewayEnv>, policy: Result<PolicyView, Failure>): Response {
  if (!policy.ok) return errorResponse(policy.error);
  if (c.req.header('accept')?.includes('yaml')) {
    return c.body(policy.value.text ?? '', 200, { 'content-type': 'application/yaml' });
  }
  return c.json(policy.value);
}
