/** The ledger of a topic: who gets what, when it is tried again, what is kept, for how long, and how much of it. */
import { describe, expect, it } from 'vitest';
import { deadLetters } from '../../../durable/topic/dead-letters.ts';
import { TopicLedger } from '../../../durable/topic/ledger.ts';
import {
  DEAD_LETTER_RETENTION_MS,
  MAX_DELIVERY_ATTEMPTS,
  MAX_TOPIC_BYTES,
  MAX_TOPIC_MESSAGES,
  MESSAGE_RETENTION_MS,
} from '../../../src/core/limits.ts';
import { sqliteDatabase } from '../../support/sqlite-database.ts';
import { TopicWorld } from '../../support/topic-world.ts';

const FAILED = { kind: 'failed', reason: 'trap' } as const;

/** Fails the running attempts until the message is given up. */
function kill(world: TopicWorld): void {
  for (let attempt = 1; attempt <= MAX_DELIVERY_ATTEMPTS; attempt += 1) {
    world.start();
    while (world.running.length > 0) world.settle(0, FAILED);
    world.now += 60_000;
  }
}

describe('subscribers', () => {
  it('get what was published before they were asked for, and nothing is kept for nobody', () => {
    const world = new TopicWorld([]);
    world.publish('to nobody');
    world.route();
    expect(world.ledger.status()).toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
    world.publish('to somebody');
    world.subscribers.push('late');
    world.drain();
    expect(world.handled).toEqual([{ subscriber: 'late', text: 'to somebody' }]);
  });

  it('are left alone for longer and longer while they take nothing, and other subscribers are not', () => {
    const world = new TopicWorld(['stopped', 'working']);
    world.publish('x');
    world.route();
    world.start();
    const at = world.running.findIndex(({ subscriber }) => subscriber === 'stopped');
    world.settle(at, { kind: 'not-taken' });
    world.settle(0, { kind: 'handled' });
    world.publish('y');
    world.route();
    world.start();
    expect(world.running.map(({ subscriber }) => subscriber)).toEqual(['working']);
    const first = (world.ledger.nextTime(world.now) ?? 0) - world.now;
    world.now += first;
    world.start();
    for (const _ of ['x', 'y']) world.settle(1, { kind: 'not-taken' });
    expect((world.ledger.nextTime(world.now) ?? 0) - world.now).toBeGreaterThan(first);
  });

  it('have at most sixteen attempts at a time, so that a slow one leaves room for others', () => {
    const world = new TopicWorld(['slow', 'quick']);
    for (let index = 0; index < 40; index += 1) world.publish(`m${index}`);
    world.route();
    world.start();
    const of = (name: string) => world.running.filter(({ subscriber }) => subscriber === name).length;
    expect([of('slow'), of('quick')]).toEqual([16, 16]);
  });
});

describe('a message that fails', () => {
  it('is tried again later, with the number of the attempt', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    world.start();
    world.settle(0, FAILED);
    world.start();
    expect(world.running).toEqual([]);
    world.now = world.ledger.nextTime(world.now) ?? 0;
    world.start();
    expect(world.running).toMatchObject([{ attempt: 2, isLast: false, messageId: 'id-x', topic: 't' }]);
  });

  it('is a dead letter after the last attempt, which says that it is the last', () => {
    const world = new TopicWorld();
    world.publish('x', 'k');
    world.publish('y', 'k');
    world.route();
    for (let attempt = 1; attempt < MAX_DELIVERY_ATTEMPTS; attempt += 1) {
      world.start();
      expect(world.running).toMatchObject([{ attempt, isLast: false }]);
      world.settle(0, FAILED);
      world.now += 60_000;
    }
    world.start();
    expect(world.running).toMatchObject([{ attempt: MAX_DELIVERY_ATTEMPTS, isLast: true }]);
    world.settle(0, FAILED);
    world.drain();
    expect(world.handled).toEqual([{ subscriber: 'reader', text: 'y' }]);
    expect(deadLetters(world.ledger, { limit: 10 }).items).toMatchObject([
      { id: '1.reader', messageId: 'id-x', subscriber: 'reader', publisher: 'writer', key: 'k', reason: 'trap' },
    ]);
  });

  it('that was lost with the object counts as an attempt', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    for (let attempt = 1; attempt <= MAX_DELIVERY_ATTEMPTS; attempt += 1) {
      world.start();
      expect(world.running).toMatchObject([{ attempt }]);
      world.evict();
    }
    expect(world.ledger.status()).toMatchObject({ deliveries: 0, deadLetters: 1 });
  });

  it('does not listen to an attempt that is over', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    world.start();
    const [first] = world.running;
    world.evict();
    world.start();
    if (first === undefined) throw new Error('nothing was started');
    world.ledger.settle(first, first.attempt, { kind: 'handled' }, world.now, 0);
    expect(world.ledger.status().deliveries).toBe(1);
    expect(world.ledger.attempt(first, first.attempt)).toBeUndefined();
    expect(world.ledger.attempt(first, 2)).toMatchObject({ attempt: 2, messageId: 'id-x' });
  });
});

describe('dead letters', () => {
  it('are listed in pages, tried again from the first attempt on, or deleted', () => {
    const world = new TopicWorld(['a', 'b']);
    world.publish('x');
    world.publish('y');
    world.route();
    kill(world);
    const first = deadLetters(world.ledger, { limit: 3 });
    expect(first.items.map(({ id }) => id)).toEqual(['1.a', '1.b', '2.a']);
    expect(deadLetters(world.ledger, { limit: 3, cursor: first.next ?? '' }).items.map(({ id }) => id)).toEqual([
      '2.b',
    ]);
    expect(world.ledger.redrive({ seq: 1, subscriber: 'a' }, world.now)).toBe(true);
    expect(world.ledger.redrive({ seq: 1, subscriber: 'a' }, world.now)).toBe(false);
    world.start();
    expect(world.running).toMatchObject([{ seq: 1, subscriber: 'a', attempt: 1 }]);
    world.drain();
    for (const ref of [
      { seq: 1, subscriber: 'b' },
      { seq: 2, subscriber: 'a' },
      { seq: 2, subscriber: 'b' },
    ])
      expect(world.ledger.discard(ref, world.now)).toBe(true);
    expect(world.ledger.status()).toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
  });

  it('take their place in their line when they are tried again', () => {
    const world = new TopicWorld();
    world.publish('first', 'k');
    world.route();
    kill(world);
    world.publish('second', 'k');
    world.publish('third', 'k');
    world.route();
    world.start();
    world.ledger.redrive({ seq: 1, subscriber: 'reader' }, world.now);
    world.start();
    expect(world.running).toHaveLength(1);
    world.drain();
    expect(world.handled.map(({ text }) => text)).toEqual(['second', 'first', 'third']);
  });

  it('are deleted when they are old', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    kill(world);
    expect(world.ledger.nextTime(world.now)).toBeGreaterThan(world.now + DEAD_LETTER_RETENTION_MS - 120_000);
    world.now += DEAD_LETTER_RETENTION_MS;
    world.ledger.expire(world.now);
    expect(world.ledger.status()).toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
    expect(world.ledger.nextTime(world.now)).toBeUndefined();
  });
});

describe('the bounds', () => {
  it('make a message that nobody took for a week a dead letter', () => {
    const world = new TopicWorld();
    world.publish('x', 'k');
    world.publish('y', 'k');
    world.route();
    world.now += MESSAGE_RETENTION_MS;
    expect(world.ledger.nextTime(world.now)).toBeLessThanOrEqual(world.now);
    world.ledger.expire(world.now);
    expect(deadLetters(world.ledger, { limit: 10 }).items.map(({ reason, attempts }) => [reason, attempts])).toEqual([
      ['expired', 0],
      ['expired', 0],
    ]);
  });

  it('have an attempt of the object looked after, at a time that alarms know', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    world.start();
    const next = world.ledger.nextTime(world.now) ?? 0;
    expect(next).toBeGreaterThan(world.now);
    expect(next).toBeLessThanOrEqual(world.now + 60_000);
  });

  it('give up an attempt of a queue whose time is over', () => {
    const world = new TopicWorld();
    world.publish('x');
    world.route();
    world.ledger.start('queue', world.now);
    world.evict();
    world.start();
    expect(world.running).toEqual([]);
    world.now = world.ledger.nextTime(world.now) ?? 0;
    world.ledger.expire(world.now);
    world.start();
    expect(world.running).toMatchObject([{ attempt: 2 }]);
  });

  it('refuse a publisher when there are too many messages or bytes, and take it again when some are gone', () => {
    const db = sqliteDatabase();
    const ledger = new TopicLedger(db);
    const message = { data: new Uint8Array(10), metadata: [], publisher: 'p', request: 'r', hops: 1 };
    const publish = () => ledger.publish(message, { topic: 't', id: 'i', now: 1 });
    expect(publish()).toBe(true);
    db.run('UPDATE topic SET messages = ?', MAX_TOPIC_MESSAGES);
    expect(publish()).toBe(false);
    db.run('UPDATE topic SET messages = 1, bytes = ?', MAX_TOPIC_BYTES - 9);
    expect(publish()).toBe(false);
    db.run('UPDATE topic SET bytes = ?', MAX_TOPIC_BYTES - 10);
    expect(publish()).toBe(true);
  });

  it('keep what a message is made of, bytes that are no text included', () => {
    const ledger = new TopicLedger(sqliteDatabase());
    const message = {
      data: Uint8Array.from([0, 255, 128]),
      contentType: 'application/octet-stream',
      metadata: [
        ['key', 'k'],
        ['a', '1'],
        ['a', '2'],
      ] as const,
      publisher: 'p',
      request: 'r',
      hops: 3,
    };
    ledger.publish(message, { topic: 't', id: 'i', inbox: 'box', now: 1 });
    ledger.route(1, ['s'], 1);
    expect(ledger.start('object', 1)).toEqual([
      {
        seq: 1,
        subscriber: 's',
        topic: 't',
        messageId: 'i',
        attempt: 1,
        isLast: false,
        message: { data: message.data, contentType: message.contentType, metadata: message.metadata },
        request: 'r',
        hops: 3,
        inbox: 'box',
      },
    ]);
  });
});
