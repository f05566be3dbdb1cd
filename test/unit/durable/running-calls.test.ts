/** The calls of a shard are ended together when a drain is over, and leave no timer behind when there are none. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunningCalls } from '../../../durable/pool/running-calls.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the calls of a shard', () => {
  it('that are there when a drain begins are ended when it is over, and no others', () => {
    const calls = new RunningCalls();
    const before = calls.add('before');
    calls.killIn(1_000);
    const after = calls.add('after');
    vi.advanceTimersByTime(999);
    expect(before.reason).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect([before.reason, after.reason]).toEqual(['killed', undefined]);
  });

  it('are ended at once where no time is given', () => {
    const calls = new RunningCalls();
    const end = calls.add('a');
    calls.killIn(0);
    expect([end.reason, vi.getTimerCount()]).toEqual(['killed', 0]);
  });

  it('leave no timer when the last of them has ended by itself', () => {
    const calls = new RunningCalls();
    const [a, b] = [calls.add('a'), calls.add('b')];
    calls.killIn(300_000);
    calls.killIn(200_000);
    calls.remove('a', a);
    expect(vi.getTimerCount()).toBe(2);
    calls.add('c');
    calls.remove('b', b);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('need no timer when there are none', () => {
    new RunningCalls().killIn(300_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
