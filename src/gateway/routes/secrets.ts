/** `/v1/components/{name}/secrets[/{KEY}]`: values go in and never come out. */
import { Hono } from 'hono';
import { z } from 'zod';
import { supervisor } from '../../../durable/shared/bindings.ts';
import type { SupervisorContract } from '../../../durable/supervisor/contract.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_SECRET_BODY_BYTES, MAX_SECRET_BYTES } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { readEnvironmentKey } from '../../policy/index.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readName, readText } from '../request.ts';

const FORMS = 'text/plain with the value, or application/json with {"value": "…"}';

const bodySchema = z.strictObject({ value: z.string() });

export const secrets = new Hono<GatewayEnv>()
  .get('/:name/secrets', async (c) => {
    const name = readName(c.req.param('name'));
    if (!name.ok) return errorResponse(name.error);
    const items = await supervisor(c.env, name.value).secrets();
    return items.ok ? c.json({ items: items.value }) : errorResponse(items.error);
  })
  .get('/:name/secrets/:key', async (c) => {
    const target = readTarget(c);
    if (!target.ok) return errorResponse(target.error);
    const items = await target.value.component.secrets();
    if (!items.ok) return errorResponse(items.error);
    const item = items.value.find(({ key }) => key === target.value.key);
    return item === undefined ? errorResponse(notFound()) : c.json(item);
  })
  .put('/:name/secrets/:key', async (c) => {
    const target = readTarget(c);
    if (!target.ok) return errorResponse(target.error);
    const value = await readValue(c.req.raw);
    if (!value.ok) return errorResponse(value.error);
    const stored = await target.value.component.putSecret(target.value.key, value.value);
    return stored.ok ? c.json(stored.value, stored.value.applied ? 200 : 202) : errorResponse(stored.error);
  })
  .delete('/:name/secrets/:key', async (c) => {
    const target = readTarget(c);
    if (!target.ok) return errorResponse(target.error);
    const deleted = await target.value.component.deleteSecret(target.value.key);
    if (!deleted.ok) return errorResponse(deleted.error);
    return deleted.value.applied ? c.body(null, 204) : c.json(deleted.value, 202);
  });

function readTarget(
  c: GatewayContext,
): Result<{ readonly component: SupervisorContract; readonly key: string }, Failure> {
  const name = readName(c.req.param('name'));
  if (!name.ok) return name;
  const key = readEnvironmentKey(c.req.param('key'));
  if (key.ok) return ok({ component: supervisor(c.env, name.value), key: key.value });
  const expected = 'an environment key: letters, digits and _, no digit first, not SKERRY_…';
  return err(failure('INVALID_REQUEST', key.error, { field: 'key', expected }));
}

/** The value; what is wrong is said without it. */
async function readValue(request: Request): Promise<Result<string, Failure>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/plain' && type !== 'application/json') return err(refused('content-type', FORMS));
  const text = await readText(request, type === 'text/plain' ? MAX_SECRET_BYTES : MAX_SECRET_BODY_BYTES);
  if (!text.ok) return text;
  const value = type === 'text/plain' ? text.value : valueIn(text.value);
  if (value === undefined) return err(refused('value', FORMS));
  if (value.includes('\0')) return err(refused('value', 'text without NUL, which no environment can hold'));
  if (new TextEncoder().encode(value).length <= MAX_SECRET_BYTES) return ok(value);
  return err(failure('TOO_LARGE', `a secret has at most ${MAX_SECRET_BYTES} bytes`));
}

function valueIn(json: string): string | undefined {
  try {
    return bodySchema.safeParse(JSON.parse(json)).data?.value;
  } catch {
    return undefined;
  }
}

function refused(field: string, expected: string): Failure {
  return failure('INVALID_REQUEST', `the secret cannot be taken: send ${expected}`, { field, expected });
}

function notFound(): Failure {
  return failure('NOT_FOUND', 'the component has no secret of this name: GET …/secrets lists them');
}
