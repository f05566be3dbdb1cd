/** Guests that wait: what suspends them, from where, and what ends them instead. */
import { describe, expect, test } from 'vitest';
import type { LinkedComponent } from '../../../../functions/runtime/abi/link.ts';
import { authorityOf, type HostFunctions, linkWat } from '../../../support/linked.ts';

const HOST = `(import "wasi:io/poll@0.2.3" (instance $p (export "pollable" (type $t (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $t))))))
  (alias export $p "pollable" (type $t))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $c (alias outer 1 $t (type $o)) (export "pollable" (type $t (eq $o)))
    (export "now" (func (result u64)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $t))))))`;

const LOWERED = `(core func $block (canon lower (func $block'))) (core func $subscribe (canon lower (func $subscribe')))
  (core func $now (canon lower (func $now'))) (core func $drop (canon resource.drop $t))`;

const MODULE = `(core module $m
    (import "h" "block" (func $block (param i32))) (import "h" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "h" "drop" (func $drop (param i32))) (import "h" "now" (func $now (result i64)))
    (func (export "f") (result i32) (local $p i32)
      (local.set $p (call $subscribe (i64.const 1)))
      (call $block (local.get $p)) (call $drop (local.get $p)) (i32.const 42))
    (func (export "waiting-now") (result i64) (call $now)))`;

const INSTANCE = `(core instance $i (instantiate $m (with "h" (instance (export "block" (func $block))
    (export "subscribe" (func $subscribe)) (export "now" (func $now)) (export "drop" (func $drop))))))`;

const ALIASES = `(alias export $p "[method]pollable.block" (func $block'))
  (alias export $c "subscribe-duration" (func $subscribe')) (alias export $c "now" (func $now'))`;

const DIRECT = `(component ${HOST} ${ALIASES} ${LOWERED} ${MODULE} ${INSTANCE}
  (func (export "f") (result u32) (canon lift (core func $i "f")))
  (func (export "waiting-now") (result u64) (canon lift (core func $i "waiting-now"))))`;

/** The same in an inner component, whose function the outer one calls and adds one to. */
const NESTED = `(component ${HOST} ${ALIASES}
  (component $inner
    (import "pollable" (type $t (sub resource)))
    (import "block" (func $block' (param "self" (borrow $t))))
    (import "subscribe" (func $subscribe' (param "when" u64) (result (own $t))))
    (import "now" (func $now' (result u64)))
    ${LOWERED} ${MODULE} ${INSTANCE}
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (instance $n (instantiate $inner (with "pollable" (type $t)) (with "block" (func $block'))
    (with "subscribe" (func $subscribe')) (with "now" (func $now'))))
  (core func $f' (canon lower (func $n "f")))
  (core module $outer (import "n" "f" (func $f (result i32)))
    (func (export "f") (result i32) (i32.add (call $f) (i32.const 1))))
  (core instance $o (instantiate $outer (with "n" (instance (export "f" (func $f'))))))
  (func (export "f") (result u32) (canon lift (core func $o "f"))))`;

/** A host whose pollables wake when the test says so. */
function waitingHost() {
  let wake = () => {};
  let component: LinkedComponent | undefined;
  const suspendable: (boolean | undefined)[] = [];
  const functions: HostFunctions = {
    'wasi:clocks/monotonic-clock#subscribe-duration': () => ({}),
    'wasi:clocks/monotonic-clock#now': () => Promise.resolve(1n),
    'wasi:io/poll#[method]pollable.block': () => {
      suspendable.push(component?.suspendable);
      return new Promise<void>((resolve) => {
        wake = resolve;
      });
    },
  };
  return {
    functions,
    suspendable,
    wake: () => wake(),
    watch(linked: LinkedComponent) {
      component = linked;
      return linked;
    },
  };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe.each([
  ['a guest', DIRECT, 42],
  ['a guest inside of a guest', NESTED, 43],
])('%s that blocks', (_, wat, answer) => {
  test('is suspended until the host wakes it', async () => {
    const host = waitingHost();
    const component = host.watch(await linkWat(wat, ['f'], { functions: host.functions }));
    let isOver = false;
    const call = component.call('f', []).finally(() => {
      isOver = true;
    });
    await settled();
    expect(host.suspendable).toEqual([true]);
    expect(isOver).toBe(false);
    host.wake();
    expect(await call).toEqual({ returned: answer });
    expect(component.end()).toBe('nothing');
  });

  test('goes on at once when there is nothing to wait for', async () => {
    const functions = { ...waitingHost().functions, 'wasi:io/poll#[method]pollable.block': () => undefined };
    const component = await linkWat(wat, ['f'], { functions });
    expect(await component.call('f', [])).toEqual({ returned: answer });
  });

  test('ends when what it waits for fails', async () => {
    const error = new Error('over');
    const functions = {
      ...waitingHost().functions,
      'wasi:io/poll#[method]pollable.block': () => Promise.reject(error),
    };
    const component = await linkWat(wat, ['f'], { functions });
    expect(await component.call('f', [])).toEqual({ thrown: error });
    expect(component.end()).toBe('more');
  });

  test('does not go on for another call', async () => {
    const host = waitingHost();
    const component = await linkWat(wat, ['f'], { functions: host.functions });
    const call = component.call('f', []);
    await settled();
    expect(component.end()).toBe('more');
    expect(() => component.begin(authorityOf())).toThrow('used again');
    host.wake();
    expect(await call).toMatchObject({ thrown: { message: 'the component waited longer than its call' } });
  });

  test('is not entered in the meantime', async () => {
    const host = waitingHost();
    const component = await linkWat(wat, ['f'], { functions: host.functions });
    const call = component.call('f', []);
    await settled();
    expect(await component.call('f', [])).toMatchObject({
      thrown: { message: expect.stringContaining('while a call of it was going on') },
    });
    host.wake();
    expect(await call).toEqual({ returned: answer });
  });
});

test('a host function that should not wait and does is a trap, and its promise is not taken for a value', async () => {
  const authority = authorityOf(waitingHost().functions);
  const component = await linkWat(DIRECT, ['waiting-now'], { authority });
  expect(await component.call('waiting-now', [])).toMatchObject({
    thrown: { message: expect.stringContaining('waits where it cannot be suspended') },
  });
  expect(authority.traps).toHaveLength(1);
});

test('a guest may not call out while it makes room for a value', async () => {
  const wat = `(component
    (import "t:t/host" (instance $h (export "tick" (func))))
    (core func $tick (canon lower (func $h "tick")))
    (core module $m (import "h" "tick" (func $tick)) (memory (export "m") 1)
      (func (export "r") (param i32 i32 i32 i32) (result i32) (call $tick) (i32.const 16))
      (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m (with "h" (instance (export "tick" (func $tick))))))
    (alias core export $i "m" (core memory $mem)) (alias core export $i "r" (core func $r))
    (func (export "f") (param "x" string) (canon lift (core func $i "f") (memory $mem) (realloc $r))))`;
  let ticks = 0;
  const component = await linkWat(wat, ['f'], { functions: { 't:t/host#tick': () => void ticks++ } });
  expect(await component.call('f', ['x'])).toMatchObject({
    thrown: { message: expect.stringContaining('called out of a function that must not') },
  });
  expect(ticks).toBe(0);
});

test('the host hears of start functions that used it', async () => {
  const wat = `(component
    (import "t:t/host" (instance $h (export "tick" (func))))
    (core func $tick (canon lower (func $h "tick")))
    (core module $m (import "h" "tick" (func $tick)) (func $s (call $tick)) (start $s) (func (export "f")))
    (core instance $i (instantiate $m (with "h" (instance (export "tick" (func $tick))))))
    (func (export "f") (canon lift (core func $i "f"))))`;
  let ticks = 0;
  const component = await linkWat(wat, ['f'], { functions: { 't:t/host#tick': () => void ticks++ } });
  expect([ticks, component.usedHostWhileLinking]).toEqual([1, true]);
});
