/** What holds for a topic under any sequence of publishes, failures and evictions. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptEnd } from '../../../durable/topic/transitions.ts';
import { MAX_DELIVERY_ATTEMPTS } from '../../../src/core/limits.ts';
import { TopicWorld } from '../../support/topic-world.ts';

type Step =
  | { readonly kind: 'publish'; readonly key: string | undefined }
  | { readonly kind: 'route' | 'start' | 'evict' }
  | { readonly kind: 'settle'; readonly at: number; readonly end: AttemptEnd }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'redrive' };

const end = fc.constantFrom<AttemptEnd>(
  { kind: 'handled' },
  { kind: 'failed', reason: 'trap' },
  { kind: 'failed', reason: 'timeout' },
  { kind: 'not-taken' },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), key: fc.constantFrom('a', 'b', undefined) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('route' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('evict' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redrive' as const) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('settle' as const), at: fc.nat(20), end }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 90_000 }) }) },
);

const steps = fc.array(step, { minLength: 1, maxLength: 120 });

function play(world: TopicWorld, script: readonly Step[]): void {
  let published = 0;
  for (const each of script) {
    switch (each.kind) {
      case 'publish':
        published += 1;
        world.publish(`m${published}`, each.key);
        break;
      case 'route':
        world.route();
        break;
      case 'start':
        world.start();
        break;
      case 'settle':
        world.settle(each.at, each.end);
        break;
      case 'wait':
        world.now += each.ms;
        break;
      case 'evict':
        world.evict();
        break;
      case 'redrive':
        redriveAll(world);
        break;
    }
    if (world.ledger.messages.isOpen) checkLines(world);
  }
}

function redriveAll(world: TopicWorld): void {
  if (!world.ledger.messages.isOpen) return;
  for (const ref of world.ledger.deliveries.dead({ seq: 0, subscriber: '' }, 1_000))
    world.ledger.redrive(ref, world.now);
}

/** At most one attempt of a line runs at a time. */
function checkLines({ running }: TopicWorld): void {
  const lines = running.flatMap(({ subscriber, message }) => {
    const key = message.metadata.find(([name]) => name === 'key')?.[1];
    return key === undefined ? [] : [`${subscriber}/${key}`];
  });
  expect(new Set(lines).size).toBe(lines.length);
}

describe('a topic, under any sequence of publishes, failures, waits and evictions', () => {
  it('3: loses nothing that it acknowledged: all of it is handled by every subscriber, or is a dead letter', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const world = new TopicWorld(['one', 'two']);
        play(world, script);
        world.evict();
        world.drain();
        if (!world.ledger.messages.isOpen) return;
        const dead = world.ledger.deliveries
          .dead({ seq: 0, subscriber: '' }, 1_000)
          .map(({ seq, subscriber }) => `${subscriber} ${world.ledger.messages.find(seq)?.id.replace('id-', '')}`);
        const handled = world.handled.map(({ subscriber, text }) => `${subscriber} ${text}`);
        const there = new Set([...handled, ...dead]);
        const expected = world.acknowledged.flatMap(({ text }) => [`one ${text}`, `two ${text}`]);
        expect(expected.filter((each) => !there.has(each))).toEqual([]);
        expect(world.ledger.status()).toMatchObject({ deliveries: 0, deadLetters: dead.length });
      }),
      { numRuns: 200 },
    );
  });

  it('4: keeps the order of a key: a message is begun after those before it are handled or dead', () => {
    const without = steps.map((script) => script.filter(({ kind }) => kind !== 'redrive'));
    fc.assert(
      fc.property(without, (script) => {
        const world = new TopicWorld();
        play(world, script);
        world.evict();
        world.drain();
        const keys = new Map(world.acknowledged.map(({ text, key }) => [text, key]));
        for (const key of ['a', 'b']) {
          const begun = world.seen
            .filter(({ text }) => keys.get(text) === key)
            .map(({ text }) => Number(text.slice(1)));
          expect(begun).toEqual(begun.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('5: makes no more attempts at a message than it may, and counts them from 1', () => {
    const without = steps.map((script) => script.filter(({ kind }) => kind !== 'redrive'));
    fc.assert(
      fc.property(without, (script) => {
        const world = new TopicWorld();
        play(world, script);
        world.evict();
        world.drain();
        expect(world.seen.every(({ attempt }) => attempt >= 1 && attempt <= MAX_DELIVERY_ATTEMPTS)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('6: gives a message to a subscriber once, unless an attempt failed, was not taken or was not heard of again', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', undefined), { minLength: 1, maxLength: 50 }), (keys) => {
        const world = new TopicWorld(['one', 'two']);
        for (const [index, key] of keys.entries()) world.publish(`m${index}`, key);
        world.drain();
        expect(world.seen).toHaveLength(2 * keys.length);
        expect(world.ledger.status()).toEqual({ messages: 0, bytes: 0, deliveries: 0, deadLetters: 0 });
      }),
    );
  });
});
