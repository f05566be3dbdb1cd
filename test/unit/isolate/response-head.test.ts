/** Heads of answers as a hostile isolate may hand them over: what HTTP allows comes through, nothing else does. */
import { describe, expect, it } from 'vitest';
import { readResponseHead } from '../../../src/isolate/response-head.ts';

const HEAD = { kind: 'http', status: 200, headers: [['content-type', 'text/plain']] };
const headed = (...headers: unknown[]) => readResponseHead({ ...HEAD, headers });

describe('the head of an answer', () => {
  it('is read as it is, and no more of it than is known', () => {
    expect(readResponseHead({ ...HEAD, more: 1 })).toEqual(HEAD);
    expect(readResponseHead({ kind: 'output', status: 200 })).toEqual({ kind: 'output' });
  });

  it.each([
    -1,
    0,
    99,
    100,
    101,
    199,
    600,
    1_000,
    200.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '200',
    200n,
    null,
    undefined,
  ])('has no status %s', (status) => {
    expect(readResponseHead({ ...HEAD, status })).toBeUndefined();
  });

  it.each([undefined, null, 7, 'http', [], {}, { kind: 'https', status: 200, headers: [] }, () => HEAD])(
    'is not %s',
    (value) => {
      expect(readResponseHead(value)).toBeUndefined();
    },
  );

  it.each([undefined, null, 'a: b', { length: 1, 0: ['a', 'b'] }, [['a']], [['a', 1]], [[1, 'b']], ['ab'], [null]])(
    'has fields only as pairs of texts, not %j',
    (headers) => {
      expect(readResponseHead({ ...HEAD, headers })).toBeUndefined();
    },
  );

  it.each(['a\r\nset-cookie: x', 'a\nb', 'a\rb', 'a\u0000', '\u007f'])(
    'has no value %j, which would end a line',
    (value) => {
      expect(headed(['a', value])).toBeUndefined();
    },
  );

  it.each(['', 'a b', 'a:', 'a\r\nb', 'ä', '\u0000', 'a\t'])('has no field with the name %j', (name) => {
    expect(headed([name, 'x'])).toBeUndefined();
  });

  it('has at most so many fields, and characters of them', () => {
    expect(headed(...Array.from({ length: 1_000 }, () => ['a', 'b']))).toMatchObject({ kind: 'http' });
    expect(headed(...Array.from({ length: 1_001 }, () => ['a', 'b']))).toBeUndefined();
    expect(headed(['a', 'x'.repeat(128 * 1024 - 1)])).toMatchObject({ kind: 'http' });
    expect(headed(['a', 'x'.repeat(128 * 1024)])).toBeUndefined();
  });

  it('is not read through getters of the isolate', () => {
    const trap = { ...HEAD, headers: [] };
    Object.defineProperty(trap, 'status', { get: () => 200 });
    expect(readResponseHead(trap)).toBeUndefined();
  });
});
