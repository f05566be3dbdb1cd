/** W3C trace context. */
import { expect, it } from 'vitest';
import { continueTrace } from '../../../src/gateway/trace.ts';

const random = Uint8Array.from({ length: 8 }, (_, index) => index + 1);
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

it('keeps the trace and its flags, with a span of its own', () => {
  expect(continueTrace(`00-${trace}-00f067aa0ba902b7-01`, random)).toBe(`00-${trace}-0102030405060708-01`);
});

it.each([undefined, '', 'x', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${trace}-${'0'.repeat(16)}-01`])(
  'ignores %s',
  (incoming) => {
    expect(continueTrace(incoming, random)).toBeUndefined();
  },
);
