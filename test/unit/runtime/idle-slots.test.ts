/** The instances that wait for their next call. */
import { expect, it } from 'vitest';
import { IdleSlots } from '../../../functions/runtime/idle-slots.ts';

function slots(...names: readonly string[]) {
  const discarded: string[] = [];
  const idle = new IdleSlots<{ name: string; discard(): void }>();
  for (const name of names) idle.keep({ name, discard: () => discarded.push(name) }, 3);
  return { idle, discarded };
}

it('gives the one that was used last', () => {
  const { idle } = slots('a', 'b');
  expect([idle.take()?.name, idle.take()?.name, idle.take()]).toEqual(['b', 'a', undefined]);
});

it('keeps no more than it may', () => {
  const { idle, discarded } = slots('a', 'b', 'c', 'd');
  expect(discarded).toEqual(['d']);
  expect([idle.take()?.name, idle.take()?.name, idle.take()?.name, idle.take()]).toEqual(['c', 'b', 'a', undefined]);
});

it('sheds the one that has waited longest', () => {
  const { idle, discarded } = slots('a', 'b');
  expect(idle.shed()).toBe(true);
  expect(discarded).toEqual(['a']);
  idle.clear();
  expect(discarded).toEqual(['a', 'b']);
  expect(idle.shed()).toBe(false);
});
