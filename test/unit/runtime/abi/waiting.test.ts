/** Guests that wait: what suspends them, from where, and what ends them instead. */
import { describe, expect, test } from 'vitest';
import type { LinkedComponent } from '../../../../functions/runtime/abi/link.ts';
import { planComponent } from '../../../../src/component/link/index.ts';
import { fromWat } from '../../../support/component-fixtures.ts';
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
    (import "wasi:t/host" (instance $h (export "tick" (func))))
    (core func $tick (canon lower (func $h "tick")))
    (core module $m (import "h" "tick" (func $tick)) (func $s (call $tick)) (start $s) (func (export "f")))
    (core instance $i (instantiate $m (with "h" (instance (export "tick" (func $tick))))))
    (func (export "f") (canon lift (core func $i "f"))))`;
  let ticks = 0;
  const component = await linkWat(wat, ['f'], { functions: { 'wasi:t/host#tick': () => void ticks++ } });
  expect([ticks, component.usedHostWhileLinking]).toEqual([1, true]);
});

describe('a call of another instance', () => {
  /** Counts in an instance of its own, which `$use` gets as `(core func $count)`. */
  const COUNTER = `(component $counter
      (core module $m (global $n (mut i32) (i32.const 0))
        (func (export "count") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
      (core instance $i (instantiate $m))
      (func (export "count") (result u32) (canon lift (core func $i "count"))))
    (instance $counter (instantiate $counter))`;
  const COUNT = `(import "count" (func $count' (result u32))) (core func $count (canon lower (func $count')))`;

  /** A resource whose destructor calls the counter, and an outer component that makes one and drops it. */
  const DESTRUCTOR = `(component ${COUNTER}
    (component $owner ${COUNT}
      (core module $d (import "h" "count" (func $count (result i32)))
        (func (export "destroy") (param i32) (drop (call $count))))
      (core instance $d (instantiate $d (with "h" (instance (export "count" (func $count))))))
      (type $t' (resource (rep i32) (dtor (core func $d "destroy"))))
      (core func $new (canon resource.new $t')) (core func $own-drop (canon resource.drop $t'))
      (core module $m (import "h" "new" (func $new (param i32) (result i32)))
        (import "h" "drop" (func $drop (param i32)))
        (func (export "make") (result i32) (call $new (i32.const 7)))
        (func (export "waste") (call $drop (call $new (i32.const 8)))))
      (core instance $i (instantiate $m
        (with "h" (instance (export "new" (func $new)) (export "drop" (func $own-drop))))))
      (export $t "t" (type $t'))
      (func (export "waste") (canon lift (core func $i "waste")))
      (func (export "make") (result (own $t)) (canon lift (core func $i "make"))))
    (instance $owner (instantiate $owner (with "count" (func $counter "count"))))
    (component $user ${COUNT}
      (import "t" (type $t (sub resource)))
      (import "make" (func $make' (result (own $t)))) (import "waste" (func $waste'))
      (core func $make (canon lower (func $make'))) (core func $waste (canon lower (func $waste')))
      (core func $drop (canon resource.drop $t))
      (core module $m (import "h" "count" (func $count (result i32))) (import "h" "waste" (func $waste))
        (import "h" "make" (func $make (result i32))) (import "h" "drop" (func $drop (param i32)))
        (func (export "f") (result i32) (call $drop (call $make)) (call $waste) (call $count)))
      (core instance $i (instantiate $m (with "h" (instance (export "count" (func $count))
        (export "make" (func $make)) (export "waste" (func $waste)) (export "drop" (func $drop))))))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))
    (alias export $owner "t" (type $t))
    (instance $user (instantiate $user (with "count" (func $counter "count")) (with "t" (type $t))
      (with "make" (func $owner "make")) (with "waste" (func $owner "waste"))))
    (export "f" (func $user "f")))`;

  test('works from the destructors of a resource, whoever drops it', async () => {
    const component = await linkWat(DESTRUCTOR, ['f']);
    expect(await component.call('f', [])).toEqual({ returned: 3 });
    expect(component.end()).toBe('nothing');
  });

  test('that a component makes no code of its own for has no plan', async () => {
    const bytes = await fromWat(`(component ${COUNTER}
      (component $user ${COUNT} (func (export "f") (result u32) (canon lift (core func $count))))
      (instance $user (instantiate $user (with "count" (func $counter "count"))))
      (export "f" (func $user "f")))`);
    expect(planComponent(bytes, ['f'])).toMatchObject({
      ok: false,
      error: { reason: expect.stringContaining('without code of its own between') },
    });
  });
});
