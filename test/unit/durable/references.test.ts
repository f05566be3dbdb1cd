/** When a build's bytes may go. */
import { describe, expect, it } from 'vitest';
import { decideReferences, PROVISIONAL_MS } from '../../../durable/build/references.ts';

describe('decideReferences', () => {
  it('collects when nobody refers to the bytes', () => {
    expect(decideReferences([], 0)).toEqual({ kind: 'collect' });
  });

  it('keeps bytes that a component refers to for good', () => {
    expect(decideReferences([{ component: 'a', confirmed: true, since: 0 }], 1e12)).toEqual({ kind: 'keep' });
  });

  it('waits for a provisional reference and then asks its component', () => {
    const reference = { component: 'a', confirmed: false, since: 1_000 };
    expect(decideReferences([reference], 2_000)).toEqual({ kind: 'wait', at: 1_000 + PROVISIONAL_MS });
    expect(decideReferences([reference], 1_000 + PROVISIONAL_MS)).toEqual({ kind: 'check', components: ['a'] });
  });
});
