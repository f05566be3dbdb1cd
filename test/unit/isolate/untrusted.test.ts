/** What comes out of an isolate is read as data, whatever it is. */
import { describe, expect, it } from 'vitest';
import { ownFields } from '../../../src/isolate/untrusted.ts';

describe('the fields of a value', () => {
  it('are its own data', () => {
    const value = Object.create({ inherited: 1 }, { a: { value: 1, enumerable: true }, b: { get: () => 2 } }) as object;
    expect([...ownFields(value)]).toEqual([
      ['a', 1],
      ['b', undefined],
    ]);
  });

  it.each([
    ['a list', [1, 2]],
    ['bytes', new Uint8Array(2)],
    [
      'more fields than anything has',
      Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, 1])),
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    ['nothing', null],
    ['a text', 'text'],
  ])('of %s are none', (_what, value) => {
    expect(ownFields(value).size).toBe(0);
  });
});
