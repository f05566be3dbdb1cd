/** A delivery as a call, and every end of that call as an end of the attempt. */
import { describe, expect, it } from 'vitest';
import { attemptEnd, messageCall } from '../../../durable/pool/message-call.ts';
import type { TopicDelivery } from '../../../durable/topic/contract.ts';
import { type ErrorCode, failure, HTTP_STATUS } from '../../../src/core/errors.ts';

const delivery: TopicDelivery = {
  seq: 7,
  subscriber: 's',
  topic: 't',
  messageId: 'm',
  attempt: 3,
  isLast: false,
  message: { data: new Uint8Array([1, 2, 3]).subarray(1), metadata: [['a', '1']], contentType: 'text/plain' },
  request: 'r',
  hops: 4,
};

describe('the call of a delivery', () => {
  it('has the message with the metadata of the platform behind the publisher’s, and asks for the grant to subscribe', () => {
    const call = messageCall(delivery);
    expect(call).toMatchObject({
      request: 'r',
      hops: 4,
      needs: { capability: 'messaging', topic: 't', access: 'subscribe' },
      task: {
        kind: 'message',
        message: {
          topic: 't',
          contentType: 'text/plain',
          metadata: [
            ['a', '1'],
            ['skerry-message-id', 'm'],
            ['skerry-attempt', '3'],
          ],
        },
      },
    });
    expect(call.task.kind === 'message' && [...new Uint8Array(call.task.message.data)]).toEqual([2, 3]);
    expect(call).not.toHaveProperty('replyTo');
  });

  it('has the same id for each attempt, and another one for another message', () => {
    expect(messageCall({ ...delivery, attempt: 4 }).id).toBe(messageCall(delivery).id);
    expect(messageCall({ ...delivery, seq: 8 }).id).not.toBe(messageCall(delivery).id);
    expect(messageCall({ ...delivery, topic: 'u' }).id).not.toBe(messageCall(delivery).id);
  });

  it('knows where an answer goes, which is not shown to the component', () => {
    const call = messageCall({ ...delivery, inbox: 'box' });
    expect(call.replyTo).toEqual({ topic: 't', inbox: 'box' });
    expect(JSON.stringify(call.task)).not.toContain('box');
  });
});

describe('the end of an attempt', () => {
  it('is handled for ok and failed for err', () => {
    expect(attemptEnd({ answer: { kind: 'json', status: 200, json: '' } })).toEqual({ kind: 'handled' });
    expect(attemptEnd({ answer: { kind: 'json', status: 422, json: '' } })).toEqual({ kind: 'failed', reason: 'err' });
  });

  it.each([
    ['STOPPED', 'not-taken'],
    ['RATE_LIMITED', 'not-taken'],
    ['RESOURCE_EXHAUSTED', 'not-taken'],
    ['COMPONENT_NOT_FOUND', 'unwanted'],
    ['FUNCTION_NOT_FOUND', 'unwanted'],
    ['PERMISSION_DENIED', 'unwanted'],
  ] as const)('for %s is %s', (code, kind) => {
    expect(attemptEnd({ answer: { kind: 'failure', failure: failure(code, '') } })).toEqual({ kind });
  });

  it('is a failed one for everything else, so that no message is lost on an error that nobody thought of', () => {
    const known = ['STOPPED', 'RATE_LIMITED', 'RESOURCE_EXHAUSTED', 'PERMISSION_DENIED'];
    const others = (Object.keys(HTTP_STATUS) as ErrorCode[]).filter(
      (code) => !known.includes(code) && !code.endsWith('_NOT_FOUND'),
    );
    for (const code of others)
      expect(attemptEnd({ answer: { kind: 'failure', failure: failure(code, '') } }).kind).toBe('failed');
  });

  it.each([
    ['trap', { kind: 'failed', reason: 'trap' }],
    ['out-of-memory', { kind: 'failed', reason: 'out-of-memory' }],
    ['killed', { kind: 'not-taken' }],
  ] as const)('of a crash for the reason %s is %j', (reason, end) => {
    expect(attemptEnd({ answer: { kind: 'failure', failure: failure('COMPONENT_CRASHED', '', { reason }) } })).toEqual(
      end,
    );
  });
});
