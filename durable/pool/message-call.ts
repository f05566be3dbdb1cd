/** Pure: a delivery as a call of the component, and what the end of that call means for the delivery. */
import type { FactBody } from '../../src/core/facts.ts';
import type { TopicDelivery } from '../topic/contract.ts';
import type { AttemptEnd } from '../topic/transitions.ts';
import type { PoolAnswer, PoolCall } from './contract.ts';

/** Metadata of the platform, by which a consumer knows a message that comes again. */
const MESSAGE_ID = 'skerry-message-id';
const ATTEMPT = 'skerry-attempt';

/** The call. Its id is the same for each attempt, so that one which was lost is ended before the next. */
export function messageCall(delivery: TopicDelivery): PoolCall {
  const { topic, seq, messageId, attempt, message, request, hops, inbox } = delivery;
  const { data, contentType, metadata } = message;
  return {
    id: `message ${seq} of ${topic}`,
    request,
    hops,
    // The platform's own: who may have the message is a matter of the topic.
    caller: { authenticated: true, invoke: true },
    needs: { capability: 'messaging', topic, access: 'subscribe' },
    task: {
      kind: 'message',
      message: {
        topic,
        ...(contentType === undefined ? {} : { contentType }),
        data: data.slice().buffer,
        metadata: [...metadata, [MESSAGE_ID, messageId], [ATTEMPT, String(attempt)]],
      },
    },
    ...(inbox === undefined ? {} : { replyTo: { topic, inbox } }),
  };
}

/** Whether the message was handled, has to come again, or is not wanted. */
export function attemptEnd({ answer }: PoolAnswer): AttemptEnd {
  if (answer.kind === 'json') return answer.status === 200 ? { kind: 'handled' } : { kind: 'failed', reason: 'err' };
  if (answer.kind !== 'failure') return { kind: 'failed', reason: 'platform' };
  const { code, details } = answer.failure;
  switch (code) {
    case 'STOPPED':
    case 'RESOURCE_EXHAUSTED':
    case 'RATE_LIMITED':
      return { kind: 'not-taken' };
    case 'PERMISSION_DENIED':
    case 'COMPONENT_NOT_FOUND':
    case 'FUNCTION_NOT_FOUND':
      return { kind: 'unwanted' };
    case 'TIMEOUT':
      return { kind: 'failed', reason: 'timeout' };
    case 'OUT_OF_FUEL':
      return { kind: 'failed', reason: 'out-of-fuel' };
    case 'COMPONENT_CRASHED':
      // Ended by an operator, with all that ran: as if it had not been begun.
      if (details?.['reason'] === 'killed') return { kind: 'not-taken' };
      return { kind: 'failed', reason: details?.['reason'] === 'out-of-memory' ? 'out-of-memory' : 'trap' };
    default:
      return { kind: 'failed', reason: 'platform' };
  }
}

/** What is told when the last attempt failed. */
export function deadLetterFact(
  { topic, messageId, request, attempt }: TopicDelivery,
  version: string,
  reason: string,
): FactBody {
  return { type: 'MessageDeadLettered', version, request, topic, message: messageId, attempts: attempt, reason };
}
