/** What an isolate says about its memory and its instances is read with care. */
import { describe, expect, it } from 'vitest';
import { ISOLATE_PAGES } from '../../../src/core/limits.ts';
import { readIsolateReport } from '../../../src/isolate/isolate-report.ts';

describe('the report of an isolate', () => {
  it('has pages, instances and reuse where the outcome says so', () => {
    const outcome = { kind: 'ok', json: '1', fuel: 1, pages: 34, instances: 2, reuse: 'restored' };
    const held = { pages: 34, instances: 2 };
    expect(readIsolateReport(outcome)).toEqual({ held, instance: 'restored', reuse: { enabled: true } });
  });

  it('has what the instance of the call held, at most what an isolate has', () => {
    expect(readIsolateReport({ pages: 0, instances: 0, callPages: 700 })).toEqual({
      held: { pages: 0, callPages: 700 },
    });
    expect(readIsolateReport({ pages: 0, callPages: 2 ** 40 }).held?.callPages).toBe(ISOLATE_PAGES);
    expect(readIsolateReport({ pages: 0, callPages: '700' })).toEqual({ held: { pages: 0 } });
  });

  it('tells why instances are not used again', () => {
    const report = readIsolateReport({ kind: 'ok', reuse: 'fresh', reuseReason: 'it imports sockets' });
    expect(report).toEqual({ instance: 'fresh', reuse: { enabled: false, reason: 'it imports sockets' } });
  });

  it('does not take a first, fresh instance for one that cannot be used again', () => {
    expect(readIsolateReport({ reuse: 'fresh' })).toEqual({ instance: 'fresh', reuse: { enabled: true } });
  });

  it.each([undefined, null, 'ok', 7, {}, { reuse: 'always', reuseReason: 'x' }])('is empty for %j', (outcome) => {
    expect(readIsolateReport(outcome)).toEqual({});
  });

  it.each([-1, Number.NaN, 0.5, '7', {}, Number.POSITIVE_INFINITY])('counts %s pages as none', (pages) => {
    expect(readIsolateReport({ pages }).held).toEqual({ pages: 0 });
  });

  it('never exceeds what an isolate has, and its texts are cut', () => {
    const report = readIsolateReport({ pages: 2 ** 40, reuse: 'fresh', reuseReason: 'x'.repeat(1_000_000) });
    expect(report.held?.pages).toBe(ISOLATE_PAGES);
    expect(report.reuse?.reason?.length).toBeLessThanOrEqual(500);
  });
});
