/** What fits into a bucket. */
import { describe, expect, it } from 'vitest';
import { type Resize, resized } from '../../../../durable/bucket/room.ts';

const room = { keys: 2, bytes: 100 };

describe('a change of a bucket', () => {
  it.each<[string, readonly Resize[], object]>([
    ['a new entry', [{ before: undefined, after: 40 }], { keys: 2, bytes: 100 }],
    ['an entry that grows', [{ before: 10, after: 50 }], { keys: 1, bytes: 100 }],
    [
      'one that makes room for another',
      [
        { before: 60, after: 0 },
        { before: undefined, after: 100 },
      ],
      { keys: 2, bytes: 100 },
    ],
  ])('fits when it is %s', (_, resizes, usage) => {
    expect(resized({ keys: 1, bytes: 60 }, resizes, room)).toEqual({ ok: true, value: usage });
  });

  it.each<[string, readonly Resize[], string]>([
    ['a byte too many', [{ before: undefined, after: 41 }], 'too-many-bytes'],
    [
      'a key too many',
      [
        { before: undefined, after: 1 },
        { before: undefined, after: 1 },
      ],
      'too-many-keys',
    ],
  ])('does not fit with %s', (_, resizes, error) => {
    expect(resized({ keys: 1, bytes: 60 }, resizes, room)).toEqual({ ok: false, error });
  });

  it('that makes it smaller fits also where it holds more than it may', () => {
    const shrink = [{ before: 50, after: 20 }];
    expect(resized({ keys: 9, bytes: 900 }, shrink, room)).toEqual({ ok: true, value: { keys: 9, bytes: 870 } });
  });
});
