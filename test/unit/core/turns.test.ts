/** Turns: so many at a time, the others in order, and none after the end. */
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/core/turns.ts';

describe('turns', () => {
  it('let so many go on, and the next in order as each leaves', async () => {
    const turns = new Turns(2, 10);
    expect([turns.enter(), turns.enter()]).toEqual([true, true]);
    const went: number[] = [];
    const waiting = [1, 2, 3].map(async (each) => {
      if (await turns.enter()) went.push(each);
    });
    turns.leave();
    await waiting[0];
    expect(went).toEqual([1]);
    turns.leave();
    turns.leave();
    await Promise.all(waiting);
    expect(went).toEqual([1, 2, 3]);
    turns.leave();
    turns.leave();
    expect([turns.enter(), turns.enter()]).toEqual([true, true]);
    expect(turns.enter()).toBeInstanceOf(Promise);
  });

  it('turn away who would be one too many in the line', () => {
    const turns = new Turns(1, 1);
    expect(turns.enter()).toBe(true);
    expect(turns.enter()).toBeInstanceOf(Promise);
    expect(turns.enter()).toBe(false);
  });

  it('turn away everybody once they are closed', async () => {
    const turns = new Turns(1, 1);
    turns.enter();
    const waiting = turns.enter();
    turns.close();
    expect([await waiting, turns.enter()]).toEqual([false, false]);
  });
});
