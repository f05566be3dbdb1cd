/** When a build's bytes may go. */
import { describe, expect, it } from 'vitest';
import { decideReferences, PROVISIONAL_MS, type Reference } from '../../../durable/build/references.ts';

function reference(id: string, state: Partial<Reference> = {}): Reference {
  return { component: 'a', reference: id, confirmed: false, since: 0, ...state };
}

describe('decideReferences', () => {
  it('collects when nobody refers to the bytes', () => {
    expect(decideReferences([], 0)).toEqual({ kind: 'collect' });
  });

  it('keeps bytes that a version refers to for good', () => {
    expect(decideReferences([reference('1', { confirmed: true })], 1e12)).toEqual({ kind: 'keep' });
  });

  it('waits for the oldest provisional reference', () => {
    const references = [reference('1', { since: 2_000 }), reference('2', { since: 1_000 })];
    expect(decideReferences(references, 2_000)).toEqual({ kind: 'wait', at: 1_000 + PROVISIONAL_MS });
  });

  it('asks about those whose time is up, two versions of one component apart', () => {
    const references = [
      reference('1'),
      reference('2'),
      reference('3', { since: 1 }),
      reference('4', { confirmed: true }),
    ];
    expect(decideReferences(references, PROVISIONAL_MS)).toEqual({
      kind: 'check',
      due: [
        { component: 'a', reference: '1' },
        { component: 'a', reference: '2' },
      ],
    });
  });
});
