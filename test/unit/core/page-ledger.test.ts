/** How admission counts an isolate's memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ISOLATE_PAGES } from '../../../src/core/limits.ts';
import { PageLedger } from '../../../src/core/page-ledger.ts';

describe('a page ledger', () => {
  it('reserves what an instance starts with until it learns more', () => {
    const ledger = new PageLedger(17);
    expect(ledger.reserve()).toBe(17);
    ledger.observe({ pages: 60, instances: 2 });
    expect(ledger.perCall).toBe(30);
    expect(ledger.reserve()).toBe(30);
    expect([ledger.reserved, ledger.pages]).toEqual([47, 60]);
  });

  it('believes a larger need at once and a smaller one bit by bit, down to the start', () => {
    const ledger = new PageLedger(10);
    ledger.observe({ pages: 90, instances: 1 });
    ledger.observe({ pages: 10, instances: 1 });
    expect(ledger.perCall).toBe(80);
    for (let call = 0; call < 100; call += 1) ledger.observe({ pages: 1, instances: 1 });
    expect(ledger.perCall).toBe(10);
  });

  it('learns from the instance of an ended call, though it is gone', () => {
    const ledger = new PageLedger(1);
    ledger.observe({ pages: 0, callPages: 400 });
    expect([ledger.perCall, ledger.pages]).toEqual([400, 0]);
    ledger.observe({ pages: 100, instances: 10, callPages: 40 });
    expect(ledger.perCall).toBe(355);
    for (let call = 0; call < 100; call += 1) ledger.observe({ pages: 100, instances: 10, callPages: 40 });
    expect(ledger.perCall).toBe(40);
  });

  it('learns nothing about one instance when it is not told how many there are', () => {
    const ledger = new PageLedger(10);
    ledger.observe({ pages: 500 });
    expect([ledger.perCall, ledger.pages, ledger.warm]).toEqual([10, 500, 0]);
  });

  it('knows how many instances wait for another call', () => {
    const ledger = new PageLedger(1);
    const pages = ledger.reserve();
    ledger.observe({ pages: 8, instances: 4 });
    expect(ledger.warm).toBe(3);
    ledger.release(pages);
    expect(ledger.warm).toBe(4);
    ledger.forget();
    expect([ledger.warm, ledger.pages]).toEqual([0, 0]);
  });

  it('has no room for an instance that is larger than an isolate', () => {
    expect(new PageLedger(ISOLATE_PAGES).possible).toBe(true);
    expect(new PageLedger(ISOLATE_PAGES + 1).possible).toBe(false);
  });

  it('P1: whatever it hears, one call fits into an empty isolate and the reserved never exceed it', () => {
    const step = fc.record({
      pages: fc.nat(ISOLATE_PAGES),
      instances: fc.nat(70),
      callPages: fc.nat(2 * ISOLATE_PAGES),
      enter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: ISOLATE_PAGES }), fc.array(step), (startPages, steps) => {
        const ledger = new PageLedger(startPages);
        const held: number[] = [];
        for (const { enter, ...told } of steps) {
          if (enter && ledger.fits) held.push(ledger.reserve());
          else if (held.length > 0) ledger.release(held.pop() ?? 0);
          if (!enter && held.length === 0) expect(ledger.fits).toBe(true);
          ledger.observe(told);
          expect(ledger.reserved).toBeLessThanOrEqual(ISOLATE_PAGES);
          expect(ledger.perCall).toBeGreaterThanOrEqual(Math.max(1, startPages));
        }
      }),
      { numRuns: 300 },
    );
  });
});
