/** Guest output: cut into lines, bounded, and its own. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_STDIO_LINES_PER_CALL } from '../../../../functions/runtime/limits.ts';
import { StdioBuffer } from '../../../../functions/runtime/wasi/stdio-buffer.ts';
import { MAX_STDIO_BYTES_PER_CALL } from '../../../../src/core/limits.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('gives nothing when nothing was written', () => {
  const buffer = new StdioBuffer();
  buffer.write('stdout', bytes(''));
  expect(buffer.take()).toBeUndefined();
});

it('keeps the order in which lines end, and an unfinished line', () => {
  const buffer = new StdioBuffer();
  buffer.write('stdout', bytes('one\ntw'));
  buffer.write('stderr', bytes('oops\n\n'));
  buffer.write('stdout', bytes('o\nrest'));
  expect(buffer.take()).toEqual({
    lines: [
      { stream: 'stdout', text: 'one' },
      { stream: 'stderr', text: 'oops' },
      { stream: 'stderr', text: '' },
      { stream: 'stdout', text: 'two' },
      { stream: 'stdout', text: 'rest' },
    ],
    droppedBytes: 0,
  });
});

it('reads bytes that are not UTF-8 as replacement characters', () => {
  const buffer = new StdioBuffer();
  buffer.write('stdout', Uint8Array.of(0x61, 0xff, 0x0a));
  expect(buffer.take()?.lines).toEqual([{ stream: 'stdout', text: 'a\ufffd' }]);
});

it('keeps a character whole that two writes divide', () => {
  const [first = 0, second = 0] = bytes('ü');
  const buffer = new StdioBuffer();
  buffer.write('stdout', Uint8Array.of(first));
  buffer.write('stdout', Uint8Array.of(second));
  expect(buffer.take()?.lines).toEqual([{ stream: 'stdout', text: 'ü' }]);
});

it('does not see what the guest writes into its own memory later', () => {
  const written = bytes('safe');
  const buffer = new StdioBuffer();
  buffer.write('stdout', written);
  written.fill(0x58);
  expect(buffer.take()?.lines).toEqual([{ stream: 'stdout', text: 'safe' }]);
});

it('counts what is over the limit of both streams together', () => {
  const buffer = new StdioBuffer();
  buffer.write('stdout', bytes('x'.repeat(MAX_STDIO_BYTES_PER_CALL - 1)));
  buffer.write('stderr', bytes('yyyy'));
  const batch = buffer.take();
  expect(batch?.droppedBytes).toBe(3);
  expect(batch?.lines.map(({ text }) => text.length)).toEqual([MAX_STDIO_BYTES_PER_CALL - 1, 1]);
});

it('bounds the number of lines', () => {
  const buffer = new StdioBuffer();
  buffer.write('stdout', bytes('a\n'.repeat(MAX_STDIO_LINES_PER_CALL + 5)));
  const batch = buffer.take();
  expect(batch?.lines.length).toBe(MAX_STDIO_LINES_PER_CALL);
  expect(batch?.droppedBytes).toBe(5);
});

it('property 1: however the output is cut into writes, the lines are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })), (parts) => {
      const [whole, cut] = [new StdioBuffer(), new StdioBuffer()];
      whole.write('stdout', bytes(parts.join('\n')));
      for (const byte of bytes(parts.join('\n'))) cut.write('stdout', Uint8Array.of(byte));
      expect(cut.take()).toEqual(whole.take());
    }),
    { numRuns: 200 },
  );
});
