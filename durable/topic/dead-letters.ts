/** Dead letters as an operator sees them. */
import type { Page, PageRequest } from '../../src/core/page.ts';
import type { DeadLetter, DeliveryRef } from './contract.ts';
import type { StoredDelivery } from './delivery-store.ts';
import type { TopicLedger } from './ledger.ts';

/** Ids of dead letters: the place of the message, and who did not take it. */
const DEAD_LETTER_ID = /^(\d{1,15})\.([a-z][a-z0-9-]{0,62})$/;

/** The delivery that an id of a dead letter names; undefined for what is no id. */
export function refOf(id: string): DeliveryRef | undefined {
  const [, seq, subscriber] = DEAD_LETTER_ID.exec(id) ?? [];
  return seq === undefined || subscriber === undefined ? undefined : { seq: Number(seq), subscriber };
}

/** Oldest message first; the cursor is the id of the last one. */
export function deadLetters(ledger: TopicLedger, { limit, cursor }: PageRequest): Page<DeadLetter> {
  if (!ledger.messages.isOpen) return { items: [] };
  const after = (cursor === undefined ? undefined : refOf(cursor)) ?? { seq: 0, subscriber: '' };
  const found = ledger.deliveries.dead(after, limit + 1);
  const items = found.slice(0, limit).flatMap((delivery) => letterOf(ledger, delivery));
  const last = items.at(-1);
  return found.length > limit && last !== undefined ? { items, next: last.id } : { items };
}

function letterOf(ledger: TopicLedger, { seq, subscriber, state }: StoredDelivery): DeadLetter[] {
  const message = ledger.messages.find(seq);
  if (state.kind !== 'dead' || message === undefined) return [];
  const { id, key, contentType, bytes, publisher, publishedAt } = message;
  return [
    {
      id: `${seq}.${subscriber}`,
      messageId: id,
      subscriber,
      publisher,
      ...(key === null ? {} : { key }),
      ...(contentType === undefined ? {} : { contentType }),
      bytes,
      attempts: state.attempts,
      reason: state.reason,
      publishedAt: new Date(publishedAt).toISOString(),
      diedAt: new Date(state.at).toISOString(),
    },
  ];
}
