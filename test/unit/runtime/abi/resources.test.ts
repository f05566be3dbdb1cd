/** Handles: of the host's resources, of a guest's own, and of another component instance's. */
import { describe, expect, test } from 'vitest';
import { authorityOf, linkWat } from '../../../support/linked.ts';

/** Functions of the host's resource `thing` and the core functions that a guest has for it; `body` uses them as `f`. */
const withThing = (body: string) => `(component
  (import "t:t/host" (instance $h
    (export "thing" (type $t (sub resource))) (export "other" (type $o (sub resource)))
    (export "make" (func (result (own $t)))) (export "make-other" (func (result (own $o))))
    (export "look" (func (param "x" (borrow $t)) (result u32)))
    (export "look2" (func (param "x" (borrow $t)) (param "y" (own $t)) (result u32)))
    (export "eat" (func (param "x" (own $t))))))
  (alias export $h "thing" (type $t)) (alias export $h "other" (type $o))
  (alias export $h "make" (func $make)) (alias export $h "make-other" (func $make-other))
  (alias export $h "look" (func $look)) (alias export $h "look2" (func $look2)) (alias export $h "eat" (func $eat))
  (core func $make' (canon lower (func $make))) (core func $make-other' (canon lower (func $make-other)))
  (core func $look' (canon lower (func $look))) (core func $look2' (canon lower (func $look2)))
  (core func $eat' (canon lower (func $eat)))
  (core func $drop' (canon resource.drop $t))
  (core module $m
    (import "h" "make" (func $make (result i32))) (import "h" "make-other" (func $make-other (result i32)))
    (import "h" "look" (func $look (param i32) (result i32))) (import "h" "look2" (func $look2 (param i32 i32) (result i32)))
    (import "h" "eat" (func $eat (param i32))) (import "h" "drop" (func $drop (param i32)))
    (func (export "f") (result i32) (local $a i32) (local $b i32) ${body}))
  (core instance $i (instantiate $m (with "h" (instance
    (export "make" (func $make')) (export "make-other" (func $make-other')) (export "look" (func $look'))
    (export "look2" (func $look2')) (export "eat" (func $eat')) (export "drop" (func $drop'))))))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

class Thing {
  disposed = 0;
  [Symbol.dispose](): void {
    this.disposed += 1;
  }
}

async function run(body: string) {
  const things: Thing[] = [];
  const seen: unknown[] = [];
  const functions = {
    't:t/host#make': () => things[things.push(new Thing()) - 1],
    't:t/host#make-other': () => new Thing(),
    't:t/host#look': (thing: unknown) => seen.push(thing) + 40,
    't:t/host#look2': (thing: unknown) => seen.push(thing),
    't:t/host#eat': (thing: unknown) => void seen.push(thing),
  };
  const component = await linkWat(withThing(body), ['f'], { functions });
  const end = await component.call('f', []);
  return { end, things, seen, left: component.end() };
}

describe('resources of the host', () => {
  test('are lent as the objects that the host gave', async () => {
    const { end, things, seen, left } = await run(
      '(local.set $a (call $make)) (local.set $b (call $look (local.get $a))) (call $drop (local.get $a)) (local.get $b)',
    );
    expect(end).toEqual({ returned: 41 });
    expect(seen[0]).toBe(things[0]);
    expect(things[0]?.disposed).toBe(1);
    expect(left).toBe('nothing');
  });

  test('move to the host when they are given away', async () => {
    const { end, things, seen, left } = await run('(call $eat (call $make)) (i32.const 1)');
    expect(end).toEqual({ returned: 1 });
    expect(seen).toEqual(things);
    expect(things[0]?.disposed).toBe(0);
    expect(left).toBe('nothing');
  });

  test('that are left behind are told', async () => {
    expect(await run('(call $make)')).toMatchObject({ end: { returned: 1 }, left: 'handles' });
  });

  test('have numbers that are used again', async () => {
    expect(
      await run('(call $drop (call $make)) (local.set $a (call $make)) (call $drop (local.get $a)) (local.get $a)'),
    ).toMatchObject({
      end: { returned: 1 },
      left: 'nothing',
    });
  });

  test.each([
    ['a handle that was never given', '(call $look (i32.const 7))', /does not have/],
    ['handle 0', '(call $look (i32.const 0))', /does not have/],
    ['a negative handle', '(call $look (i32.const -1))', /does not have/],
    [
      'a handle that was dropped',
      '(local.set $a (call $make)) (call $drop (local.get $a)) (call $look (local.get $a))',
      /does not have/,
    ],
    [
      'a handle that is dropped twice',
      '(local.set $a (call $make)) (call $drop (local.get $a)) (call $drop (local.get $a)) (i32.const 0)',
      /does not have/,
    ],
    [
      'a handle that was given away',
      '(local.set $a (call $make)) (call $eat (local.get $a)) (call $look (local.get $a))',
      /does not have/,
    ],
    ['a handle of another resource', '(call $look (call $make-other))', /another resource/],
    ['a drop as another resource', '(call $drop (call $make-other)) (i32.const 0)', /another resource/],
    [
      'a handle that is lent and given away at once',
      '(local.set $a (call $make)) (call $look2 (local.get $a) (local.get $a))',
      /while it is lent/,
    ],
  ])('%s is a trap', async (_, body, text) => {
    const { end, seen } = await run(body);
    expect('thrown' in end && String(end.thrown)).toMatch(text);
    expect(end).toMatchObject({ thrown: expect.any(WebAssembly.RuntimeError) });
    // Only the calls before the trap.
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  test('cannot be made without end', async () => {
    const { end } = await run('(loop $l (drop (call $make)) (br $l)) (i32.const 0)');
    expect('thrown' in end && String(end.thrown)).toMatch(/more than 100000 handles/);
  });
});

/**
 * The inner component defines the resource `res`, whose destructor adds its number to a sum, and functions on it. The
 * outer one uses them in `f`; `keep` is what the inner one's `peek` does with the borrow that it gets of `other`.
 */
const guestResource = (body: string) => `(component
  (component $inner
    (core module $state
      (global $sum (mut i32) (i32.const 0))
      (func (export "destroy") (param i32) (global.set $sum (i32.add (global.get $sum) (local.get 0))))
      (func (export "sum") (result i32) (global.get $sum)))
    (core instance $s (instantiate $state))
    (alias core export $s "destroy" (core func $destroy))
    (type $res' (resource (rep i32) (dtor (core func $destroy))))
    (core func $new (canon resource.new $res'))
    (core func $rep (canon resource.rep $res'))
    (core func $drop (canon resource.drop $res'))
    (core module $m
      (import "r" "new" (func $new (param i32) (result i32)))
      (import "r" "rep" (func $rep (param i32) (result i32)))
      (import "r" "drop" (func $drop (param i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "peek") (param i32) (result i32) (local.get 0))
      (func (export "eat") (param i32) (result i32) (local i32)
        (local.set 1 (call $rep (local.get 0))) (call $drop (local.get 0)) (local.get 1)))
    (core instance $i (instantiate $m (with "r" (instance (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
    (export $res "res" (type $res'))
    (func (export "make") (param "n" u32) (result (own $res)) (canon lift (core func $i "make")))
    (func (export "peek") (param "x" (borrow $res)) (result u32) (canon lift (core func $i "peek")))
    (func (export "eat") (param "x" (own $res)) (result u32) (canon lift (core func $i "eat")))
    (func (export "sum") (result u32) (canon lift (core func $s "sum"))))
  (instance $n (instantiate $inner))
  (alias export $n "res" (type $res))
  (core func $make (canon lower (func $n "make"))) (core func $peek (canon lower (func $n "peek")))
  (core func $eat (canon lower (func $n "eat"))) (core func $sum (canon lower (func $n "sum")))
  (core func $drop (canon resource.drop $res))
  (core module $m
    (import "n" "make" (func $make (param i32) (result i32))) (import "n" "peek" (func $peek (param i32) (result i32)))
    (import "n" "eat" (func $eat (param i32) (result i32))) (import "n" "sum" (func $sum (result i32)))
    (import "n" "drop" (func $drop (param i32)))
    (func (export "f") (result i32) (local $a i32) (local $b i32) ${body}))
  (core instance $i (instantiate $m (with "n" (instance (export "make" (func $make)) (export "peek" (func $peek))
    (export "eat" (func $eat)) (export "sum" (func $sum)) (export "drop" (func $drop))))))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

describe('resources of a guest', () => {
  test.each([
    [
      'come back as the number that they stand for',
      '(local.set $a (call $make (i32.const 77))) (local.set $b (call $peek (local.get $a))) (call $drop (local.get $a)) (local.get $b)',
      77,
    ],
    [
      'are destroyed when another instance drops them',
      '(call $drop (call $make (i32.const 5))) (call $drop (call $make (i32.const 6))) (call $sum)',
      11,
    ],
    [
      'move into the instance that defines them, which destroys them',
      '(local.set $a (call $eat (call $make (i32.const 9)))) (i32.add (i32.mul (local.get $a) (i32.const 100)) (call $sum))',
      909,
    ],
  ])('%s', async (_, body, answer) => {
    const component = await linkWat(guestResource(body), ['f']);
    expect(await component.call('f', [])).toEqual({ returned: answer });
    expect(component.end()).toBe('nothing');
  });

  test('cannot be used once they were moved', async () => {
    const body =
      '(local.set $a (call $make (i32.const 1))) (drop (call $eat (local.get $a))) (call $peek (local.get $a))';
    const end = await (await linkWat(guestResource(body), ['f'])).call('f', []);
    expect('thrown' in end && String(end.thrown)).toMatch(/does not have/);
  });
});

/** The outer component lends a thing of the host to the inner one, whose `use` does `body` with the handle. */
const lending = (body: string) => `(component
  (import "t:t/host" (instance $h (export "thing" (type $t (sub resource))) (export "make" (func (result (own $t))))))
  (alias export $h "thing" (type $thing))
  (component $inner
    (import "thing" (type $t (sub resource)))
    (core func $drop (canon resource.drop $t))
    (core module $m (import "r" "drop" (func $drop (param i32)))
      (func (export "use") (param i32) (result i32) ${body}))
    (core instance $i (instantiate $m (with "r" (instance (export "drop" (func $drop))))))
    (func (export "use") (param "x" (borrow $t)) (result u32) (canon lift (core func $i "use"))))
  (instance $n (instantiate $inner (with "thing" (type $thing))))
  (alias export $h "make" (func $make))
  (core func $make' (canon lower (func $make))) (core func $use (canon lower (func $n "use")))
  (core func $drop (canon resource.drop $thing))
  (core module $m
    (import "n" "make" (func $make (result i32))) (import "n" "use" (func $use (param i32) (result i32)))
    (import "n" "drop" (func $drop (param i32)))
    (func (export "f") (result i32) (local i32 i32)
      (drop (call $make))
      (local.set 0 (call $make)) (local.set 1 (call $use (local.get 0)))
      (call $drop (local.get 0)) (call $drop (i32.const 1)) (local.get 1)))
  (core instance $i (instantiate $m (with "n" (instance (export "make" (func $make')) (export "use" (func $use)) (export "drop" (func $drop))))))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

describe('a borrow', () => {
  const functions = { 't:t/host#make': () => new Thing() };

  test('is a handle of the table of who borrows', async () => {
    const authority = authorityOf(functions);
    const component = await linkWat(lending('(call $drop (local.get 0)) (local.get 0)'), ['f'], { authority });
    expect(await component.call('f', [])).toEqual({ returned: 1 });
    expect(authority.traps).toEqual([]);
    expect(component.end()).toBe('nothing');
  });

  test('that is kept beyond its call is a trap', async () => {
    const end = await (await linkWat(lending('(local.get 0)'), ['f'], { functions })).call('f', []);
    expect('thrown' in end && String(end.thrown)).toMatch(/kept a borrowed handle/);
  });
});
