/** The end of the stack inside of the host: the guest is ended there as well, whatever it catches. */
import { expect, test } from 'vitest';
import type { Authority, HostFunction } from '../../../../functions/runtime/abi/state.ts';
import { authorityOf, linkWat } from '../../../support/linked.ts';

/** `dive` calls the host at every depth, and answers 1 when it could catch what came of it; `once` calls it once. */
const DIVER = `(component
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $clock (export "now" (func (result u64)))))
  (core func $now (canon lower (func $clock "now")))
  (core module $m
    (import "clock" "now" (func $now (result i64)))
    (func $dive (drop (call $now)) (call $dive))
    (func (export "dive") (result i32)
      (block $caught (try_table (catch_all $caught) (call $dive)))
      (i32.const 1))
    (func (export "once") (result i32)
      (block $caught (try_table (catch_all $caught) (drop (call $now))))
      (block $caught (try_table (catch_all $caught) (drop (call $now))))
      (i32.const 1)))
  (core instance $i (instantiate $m (with "clock" (instance (export "now" (func $now))))))
  (func (export "dive") (result u32) (canon lift (core func $i "dive")))
  (func (export "once") (result u32) (canon lift (core func $i "once"))))`;

function diver(now: HostFunction, authority: Authority = authorityOf({ 'wasi:clocks/monotonic-clock#now': now })) {
  return linkWat(DIVER, ['dive', 'once'], { authority });
}

test('a guest cannot catch an overflow of the linker', async () => {
  for (let round = 0; round < 10; round += 1) {
    const component = await diver(() => 1n);
    expect(await component.call('dive', [])).toEqual({ thrown: expect.any(RangeError) });
    expect(component.end()).toBe('more');
  }
});

test('an overflow of which the host makes another error ends the guest that catches it', async () => {
  const now = (): bigint => {
    try {
      return deeper(20);
    } catch {
      throw new TypeError('something else');
    }
  };
  const component = await diver(now);
  expect(await component.call('dive', [])).toEqual({ thrown: expect.any(Error) });
  expect(component.end()).toBe('more');
});

test('an end that could not be told at the end of the stack is told again', async () => {
  const told: unknown[] = [];
  const failure = new Error('the host failed');
  const authority = {
    ...authorityOf({
      'wasi:clocks/monotonic-clock#now': () => {
        throw failure;
      },
    }),
    trapped: (error: unknown) => {
      told.push(error);
      if (told.length === 1) throw new RangeError('Maximum call stack size exceeded');
    },
  };
  const component = await diver(() => 1n, authority);
  expect(await component.call('once', [])).toEqual({ thrown: failure });
  expect(told).toEqual([failure, failure]);
});

function deeper(left: number): bigint {
  return left === 0 ? 1n : deeper(left - 1) + 0n;
}
