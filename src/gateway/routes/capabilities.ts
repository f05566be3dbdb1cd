/** `/v1/components/{name}/capabilities…`: what the component may do, granted, revoked and listed at run time. */
import { Hono } from 'hono';
import { supervisor } from '../../../durable/shared/bindings.ts';
import type { CapabilityList, SupervisorContract } from '../../../durable/supervisor/contract.ts';
import type { Failure } from '../../core/errors.ts';
import { MAX_CONTROL_BODY_BYTES } from '../../core/limits.ts';
import { ok, type Result } from '../../core/result.ts';
import { readCapability, readGrantRequest } from '../../policy/index.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readName, readText } from '../request.ts';

type Ask = (component: SupervisorContract) => Promise<Result<CapabilityList, Failure>>;

export const capabilities = new Hono<GatewayEnv>()
  .get('/:name/capabilities', (c) => answer(c, async () => ok((component) => component.capabilities())))
  .post('/:name/capabilities', (c) =>
    answer(c, async () => {
      const text = await readText(c.req.raw, MAX_CONTROL_BODY_BYTES);
      if (!text.ok) return text;
      const request = readGrantRequest(parseJson(text.value));
      return request.ok ? ok((component) => component.grant(request.value)) : request;
    }),
  )
  .delete('/:name/capabilities', (c) => answer(c, async () => ok((component) => component.resetCapabilities())))
  .delete('/:name/capabilities/:capability', (c) =>
    answer(c, async () => {
      const capability = readCapability(c.req.param('capability'));
      return capability.ok ? ok((component) => component.revoke(capability.value)) : capability;
    }),
  );

/** 202 where a shard has yet to hear of the change. */
async function answer(c: GatewayContext, read: () => Promise<Result<Ask, Failure>>): Promise<Response> {
  const name = readName(c.req.param('name'));
  if (!name.ok) return errorResponse(name.error);
  const ask = await read();
  if (!ask.ok) return errorResponse(ask.error);
  const list = await ask.value(supervisor(c.env, name.value));
  if (!list.ok) return errorResponse(list.error);
  const { items, applied } = list.value;
  return c.req.method === 'GET' ? c.json({ items }) : c.json({ items, applied }, applied ? 200 : 202);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
