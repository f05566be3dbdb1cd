/** `/v1/topics/{topic}…`: what a topic holds, and the messages that could not be delivered. */
import { Hono } from 'hono';
import { z } from 'zod';
import { topic as topicObject } from '../../../durable/shared/bindings.ts';
import type { TopicContract } from '../../../durable/topic/contract.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { MAX_CONTROL_BODY_BYTES } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { isTopic } from '../../policy/names.ts';
import type { GatewayContext, GatewayEnv } from '../context.ts';
import { errorResponse } from '../error-response.ts';
import { readPage, readText } from '../request.ts';

/** As the topic object writes them: the place of the message, and who did not take it. */
const LETTER_ID = /^\d{1,15}\.[a-z][a-z0-9-]{0,62}$/;

const redriveSchema = z.strictObject({ id: z.string().regex(LETTER_ID).optional() });

export const topics = new Hono<GatewayEnv>()
  .get('/:topic', (c) => onTopic(c, async (topic) => c.json(await topic.status())))
  .get('/:topic/dead-letters', (c) => {
    const page = readPage(c.req.query(), LETTER_ID);
    if (!page.ok) return errorResponse(page.error);
    return onTopic(c, async (topic) => c.json(await topic.deadLetters(page.value)));
  })
  .post('/:topic/dead-letters/redrive', async (c) => {
    const wish = await readRedrive(c.req.raw);
    if (!wish.ok) return errorResponse(wish.error);
    const { id } = wish.value;
    return onTopic(c, async (topic) => counted(c, id, 'redriven', await topic.redrive(id)));
  })
  .delete('/:topic/dead-letters', (c) =>
    onTopic(c, async (topic) => counted(c, undefined, 'deleted', await topic.discard())),
  )
  .delete('/:topic/dead-letters/:id', (c) => {
    const id = c.req.param('id');
    return onTopic(c, async (topic) => counted(c, id, 'deleted', await topic.discard(id)));
  });

async function onTopic(c: GatewayContext, answer: (topic: TopicContract) => Promise<Response>): Promise<Response> {
  const name = c.req.param('topic') ?? '';
  if (isTopic(name)) return answer(topicObject(c.env, name));
  return errorResponse(
    failure('INVALID_REQUEST', `${JSON.stringify(name.slice(0, 80))} is not the name of a topic`, {
      field: 'topic',
      expected: 'names between dots, no wildcard, percent-encoded into one segment',
    }),
  );
}

/** How many it was; one that was named has to be there. */
function counted(c: GatewayContext, id: string | undefined, what: 'redriven' | 'deleted', count: number): Response {
  if (id === undefined || count > 0) return c.json({ [what]: count });
  return errorResponse(failure('NOT_FOUND', 'the topic has no dead letter of this id: GET …/dead-letters lists them'));
}

/** `{id?}`; no body is the same as `{}`. */
async function readRedrive(request: Request): Promise<Result<{ readonly id?: string | undefined }, Failure>> {
  const text = await readText(request, MAX_CONTROL_BODY_BYTES);
  if (!text.ok) return text;
  const parsed = redriveSchema.safeParse(text.value === '' ? {} : parseJson(text.value));
  if (parsed.success) return ok(parsed.data);
  const expected = '{"id": id of a dead letter}, or nothing for all of them';
  return err(failure('INVALID_REQUEST', `the body is not ${expected}`, { field: 'id', expected }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
