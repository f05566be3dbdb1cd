/** `POST /v1/components/{name}/start`, `/stop`, `/drain`: the component's state, answered with its status. */
import { Hono } from 'hono';
import { z } from 'zod';
import { supervisor } from '../../../durable/shared/bindings.ts';
import type { ComponentStatus } from '../../../durable/supervisor/contract.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_CONTROL_BODY_BYTES, MAX_SHUTDOWN_MS } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readName, readText } from '../request.ts';

const stopSchema = z.strictObject({ timeoutMs: z.int().min(0).max(MAX_SHUTDOWN_MS).optional() });

export const lifecycle = new Hono<GatewayEnv>()
  .post('/:name/start', (c) => answer(c, (name) => supervisor(c.env, name).start()))
  .post('/:name/drain', (c) => answer(c, (name) => supervisor(c.env, name).drain()))
  .post('/:name/stop', async (c) => {
    const options = await readStop(c.req.raw);
    return options.ok ? answer(c, (name) => supervisor(c.env, name).stop(options.value)) : errorResponse(options.error);
  });

/** 202 while it goes on. */
async function answer(
  c: GatewayContext,
  command: (name: string) => Promise<Result<ComponentStatus, Failure>>,
): Promise<Response> {
  const name = readName(c.req.param('name'));
  if (!name.ok) return errorResponse(name.error);
  const status = await command(name.value);
  if (!status.ok) return errorResponse(status.error);
  return c.json(status.value, status.value.state === 'stopping' ? 202 : 200);
}

/** `{timeoutMs?}`; no body is the same as `{}`. */
async function readStop(request: Request): Promise<Result<{ readonly timeoutMs?: number }, Failure>> {
  const text = await readText(request, MAX_CONTROL_BODY_BYTES);
  if (!text.ok) return text;
  const parsed = stopSchema.safeParse(text.value === '' ? {} : parseJson(text.value));
  if (parsed.success) return ok(parsed.data.timeoutMs === undefined ? {} : { timeoutMs: parsed.data.timeoutMs });
  const expected = `{"timeoutMs": 0 to ${MAX_SHUTDOWN_MS}}, or nothing`;
  return err(failure('INVALID_REQUEST', `the body is not ${expected}`, { field: 'timeoutMs', expected }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
