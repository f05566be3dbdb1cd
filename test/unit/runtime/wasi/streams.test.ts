/** Streams: permits, limits and the end of standard input. */
import { expect, it } from 'vitest';
import { MAX_BLOCKING_WRITE_BYTES } from '../../../../functions/runtime/limits.ts';
import { createStdin } from '../../../../functions/runtime/wasi/cli.ts';
import { WasiTrap } from '../../../../functions/runtime/wasi/failure.ts';
import { InputStream, OutputStream } from '../../../../functions/runtime/wasi/streams.ts';
import { failureOf, testContext } from './context.ts';

function collecting() {
  const written: number[] = [];
  return { written, stream: new OutputStream({ write: (bytes) => void written.push(...bytes) }) };
}

it('takes as much as check-write permitted and traps on more', () => {
  const { written, stream } = collecting();
  const permit = Number(stream.checkWrite());
  stream.write(new Uint8Array(permit - 1));
  stream.write(Uint8Array.of(7));
  expect(written.length).toBe(permit);
  expect(() => stream.write(Uint8Array.of(1))).toThrow(WasiTrap);
});

it('traps on a write without check-write', () => {
  expect(() => collecting().stream.write(Uint8Array.of(1))).toThrow(WasiTrap);
});

it('traps on zeroes that were not permitted, without making them', () => {
  expect(() => collecting().stream.writeZeroes(2n ** 64n - 1n)).toThrow(WasiTrap);
  expect(() => collecting().stream.blockingWriteZeroesAndFlush(2n ** 64n - 1n)).toThrow(WasiTrap);
});

it('writes up to 4,096 bytes in one blocking write', () => {
  const { written, stream } = collecting();
  stream.blockingWriteAndFlush(new Uint8Array(MAX_BLOCKING_WRITE_BYTES));
  expect(written.length).toBe(MAX_BLOCKING_WRITE_BYTES);
  expect(() => stream.blockingWriteAndFlush(new Uint8Array(MAX_BLOCKING_WRITE_BYTES + 1))).toThrow(WasiTrap);
});

it('splices what the source has', () => {
  const { written, stream } = collecting();
  const source = new InputStream({ read: (length) => new Uint8Array(length).fill(9) });
  expect(stream.splice(source, 3n)).toBe(3n);
  expect(written).toEqual([9, 9, 9]);
});

it('bounds one read whatever the guest asks for', () => {
  const source = new InputStream({ read: (length) => new Uint8Array(length) });
  expect(source.read(2n ** 64n - 1n).length).toBeLessThanOrEqual(64 * 1024);
});

it('closes standard input at once', () => {
  const stream = createStdin(testContext()).getStdin();
  expect(failureOf(() => stream.read(1n))).toEqual({ tag: 'closed' });
  expect(failureOf(() => stream.blockingRead(1n))).toEqual({ tag: 'closed' });
  expect(failureOf(() => stream.skip(1n))).toEqual({ tag: 'closed' });
  expect(stream.subscribe().ready()).toBe(true);
});
