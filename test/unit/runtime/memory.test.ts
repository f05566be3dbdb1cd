/** What component instances hold, against their own ceiling and the isolate's budget. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INSTANCE_ELEMENTS } from '../../../functions/runtime/limits.ts';
import { MemoryAccount, PageBudget } from '../../../functions/runtime/memory.ts';
import { TABLE_ELEMENTS_PER_PAGE } from '../../../src/core/limits.ts';

describe('one instance', () => {
  it('grows to its ceiling and not beyond', () => {
    const account = new MemoryAccount(10, new PageBudget(100));
    expect(account.start(4, 0)).toBeUndefined();
    expect([account.allow('memory', 6), account.allow('memory', 1), account.allow('memory', 0)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([account.pages, account.refusedGrowths]).toEqual([10, 1]);
  });

  it('cannot start above its ceiling, and then holds nothing', () => {
    const account = new MemoryAccount(10, new PageBudget(100));
    expect(account.start(11, 0)).toBe('ceiling');
    expect(account.start(0, MAX_INSTANCE_ELEMENTS + 1)).toBe('ceiling');
    expect([account.pages, account.refusedGrowths]).toEqual([0, 0]);
  });

  it('grows its tables to a ceiling of their own, which the isolate pays for', () => {
    const account = new MemoryAccount(10, new PageBudget(1_000));
    expect(account.start(10, 100)).toBeUndefined();
    expect(account.pages).toBe(11);
    expect(account.allow('table', TABLE_ELEMENTS_PER_PAGE - 100)).toBe(true);
    expect(account.pages).toBe(11);
    expect(account.allow('table', 1)).toBe(true);
    expect(account.pages).toBe(12);
    expect(account.allow('table', MAX_INSTANCE_ELEMENTS)).toBe(false);
    expect(account.allow('table', 0xffff_ffff)).toBe(false);
    expect([account.memoryPages, account.elements]).toEqual([10, TABLE_ELEMENTS_PER_PAGE + 1]);
  });

  it('gives back what it was allowed and did not get, which counts as refused', () => {
    const budget = new PageBudget(100);
    const account = new MemoryAccount(10, budget);
    account.allow('memory', 5);
    account.failed('memory', 5);
    expect([account.pages, budget.held, account.refusedGrowths]).toEqual([0, 0, 1]);
    expect(account.begin(10)).toBe(true);
    expect(account.refusedGrowths).toBe(0);
  });
});

describe('an account that serves another call', () => {
  it("has that call's ceiling, unless it holds more already", () => {
    const account = new MemoryAccount(10, new PageBudget(100));
    account.start(5, 0);
    expect([account.begin(4), account.begin(6)]).toEqual([false, true]);
    expect([account.allow('memory', 2), account.allow('memory', 1)]).toEqual([false, true]);
  });
});

describe('instances of one isolate', () => {
  it('get the pages of those that wait for a call', () => {
    const idle: MemoryAccount[] = [];
    const budget = new PageBudget(10, () => {
      const shed = idle.pop();
      shed?.release();
      return shed !== undefined;
    });
    const waiting = new MemoryAccount(8, budget);
    waiting.start(8, 0);
    idle.push(waiting);
    const busy = new MemoryAccount(8, budget);
    expect([busy.start(4, 0), busy.start(7, 0), budget.held]).toEqual([undefined, 'ceiling', 4]);
    expect(new MemoryAccount(8, budget).start(8, 0)).toBe('isolate');
  });

  it('share its pages, and one that goes gives its own back', () => {
    const budget = new PageBudget(10);
    const [one, other] = [new MemoryAccount(8, budget), new MemoryAccount(8, budget)];
    expect([one.start(7, 0), other.start(4, 0), other.start(2, 0)]).toEqual([undefined, 'isolate', undefined]);
    expect([other.allow('memory', 2), other.allow('memory', 1)]).toEqual([false, true]);
    expect(budget.held).toBe(10);
    one.release();
    expect(budget.held).toBe(3);
    expect(other.allow('memory', 5)).toBe(true);
  });

  it('P1: never hold more than allowed, and the budget is the sum of what they hold, in 300 random histories', () => {
    const step = fc.record({
      account: fc.nat(3),
      act: fc.constantFrom('start', 'memory', 'table', 'fail', 'release'),
      amount: fc.oneof(fc.nat(20), fc.nat(2 ** 32 - 1), fc.nat(10_000)),
    });
    const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const budget = new PageBudget(60);
      const accounts = Array.from({ length: 4 }, (_, index) => new MemoryAccount(10 + 10 * index, budget));
      for (const { account: index, act, amount } of steps) {
        const account = accounts[index] as MemoryAccount; // there are four
        if (act === 'start') account.start(amount, amount);
        else if (act === 'release') account.release();
        else if (act === 'fail') {
          if (account.allow('memory', amount)) account.failed('memory', amount);
        } else account.allow(act as 'memory' | 'table', amount);
        expect(account.memoryPages).toBeLessThanOrEqual(account.maxPages);
        expect(account.elements).toBeLessThanOrEqual(MAX_INSTANCE_ELEMENTS);
        expect(budget.held).toBeLessThanOrEqual(60);
        expect(budget.held).toBe(accounts.reduce((sum, { pages }) => sum + pages, 0));
      }
      for (const account of accounts) account.release();
      expect(budget.held).toBe(0);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
