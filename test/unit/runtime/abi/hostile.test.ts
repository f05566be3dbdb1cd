/** Guests that break the Canonical ABI: each ends with a trap that says what it did, whatever it catches. */
import { describe, expect, test } from 'vitest';
import { authorityOf, linkWat } from '../../../support/linked.ts';

const MEMORY = '(memory (export "m") 2)';

/** A component whose function `f(a, b)` stores both words at 16 and answers 16 as a pointer to a value of `result`. */
const giving = (result: string, options = '') => `(component
  (core module $m ${MEMORY}
    (data (i32.const 64) "\\ff\\fe\\80abc") (data (i32.const 80) "h\\00i\\00\\00\\d8")
    (func (export "f") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16)))
  (core instance $i (instantiate $m)) (alias core export $i "m" (core memory $mem))
  (func (export "f") (param "a" u32) (param "b" u32) (result ${result})
    (canon lift (core func $i "f") (memory $mem) ${options})))`;

async function given(wat: string, ...values: unknown[]): Promise<string> {
  const authority = authorityOf();
  const component = await linkWat(wat, ['f'], { authority });
  const end = await component.call('f', values);
  if (!('thrown' in end)) throw new Error(`it returned ${JSON.stringify(end.returned)}`);
  expect(end.thrown).toBeInstanceOf(WebAssembly.RuntimeError);
  expect(authority.traps).toEqual([end.thrown]);
  // Nothing runs in it from here on.
  expect(await component.call('f', values)).toEqual(end);
  expect(component.end()).toBe('more');
  expect(() => component.begin(authority)).toThrow('used again');
  return String(end.thrown);
}

const END = 2 * 65_536;

describe('data that a guest hands over', () => {
  test.each<[string, string, number, number, RegExp, string?]>([
    ['a text beyond memory', 'string', END - 4, 5, /beyond its memory/],
    ['a text of 1 GB', 'string', 64, 2 ** 30, /beyond its memory/],
    ['a text of 4 GiB', 'string', 64, 0xffff_ffff, /longer than 2 GiB/],
    ['a text that is no UTF-8', 'string', 64, 6, /not valid UTF-8/],
    ['half a surrogate pair', 'string', 80, 3, /not valid UTF-16/, 'string-encoding=utf16'],
    ['UTF-16 at an odd address', 'string', 81, 1, /not aligned/, 'string-encoding=utf16'],
    ['UTF-16 beyond memory', 'string', END - 4, 3, /beyond its memory/, 'string-encoding=utf16'],
    ['bytes beyond memory', '(list u8)', END - 4, 5, /beyond its memory/],
    ['a pointer beyond memory', '(list u8)', 0xffff_fff0, 1, /beyond its memory/],
    ['numbers whose bytes overflow 32 bits', '(list u64)', 64, 0x2000_0001, /beyond its memory/],
    ['numbers at an odd address', '(list u32)', 66, 1, /not aligned/],
    ['texts at an odd address', '(list string)', 66, 1, /not aligned/],
    ['texts beyond memory', '(list string)', END - 8, 2, /beyond its memory/],
    ['a map beyond memory', '(map u8 u8)', END - 2, 2, /beyond its memory/],
    ['a discriminant without a case', '(tuple (option u8) u32)', 2, 0, /discriminant/],
    ['a result that is neither', '(result u32 (error u32))', 7, 0, /discriminant/],
    ['a char that is a surrogate', '(tuple char u32)', 0xdfff, 0, /not a valid char/],
    ['a char beyond Unicode', '(tuple char u32)', 0x11_0000, 0, /not a valid char/],
    ['texts of which one is beyond memory', '(list (tuple string string))', 96, 2, /beyond its memory/],
  ])('%s', async (_, type, a, b, text, options) => {
    // Words for the last case: two empty texts, then one of 2^31 bytes.
    const wat = giving(type, options).replace(
      '(func (export "f")',
      '(data (i32.const 112) "\\00\\00\\00\\00\\00\\00\\00\\70") (func (export "f")',
    );
    expect(await given(wat, a, b)).toMatch(text);
  });

  test('what ends where memory ends is taken', async () => {
    const component = await linkWat(giving('(list u8)'), ['f']);
    expect(await component.call('f', [END - 3, 3])).toEqual({ returned: new Uint8Array(3) });
  });

  test('bits that no flag has mean nothing', async () => {
    const wat = `(component (core module $m (func (export "f") (param i32) (result i32) local.get 0))
      (core instance $i (instantiate $m)) (type $f' (flags "a" "b")) (instance $t (export "x" (type $f')))
      (export $e "a:b/c" (instance $t)) (alias export $e "x" (type $x))
      (func (export "f") (param "n" u32) (result $x) (canon lift (core func $i "f"))))`;
    const end = await (await linkWat(wat, ['f'])).call('f', [0xffff_fffe]);
    expect('returned' in end && JSON.stringify(end.returned)).toBe('{"a":false,"b":true}');
  });
});

describe('room that a guest makes', () => {
  const taking = (realloc: string) => `(component
    (core module $m ${MEMORY}
      (func (export "r") (param i32 i32 i32 i32) (result i32) ${realloc})
      (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m)) (alias core export $i "m" (core memory $mem)) (alias core export $i "r" (core func $r))
    (func (export "f") (param "x" (list u32)) (canon lift (core func $i "f") (memory $mem) (realloc $r))))`;

  test.each([
    ['at an odd address', '(i32.const 66)', /not aligned/],
    ['beyond memory', '(i32.const 131064)', /beyond its memory/],
    ['at the end of 32 bits', '(i32.const -4)', /beyond its memory/],
    ['never', 'unreachable', /unreachable/],
  ])('%s', async (_, realloc, text) => {
    expect(await given(taking(realloc), [1, 2, 3])).toMatch(text);
  });
});

/** Calls the host with the text that it is given, then 99 times with that at 0, and catches whatever is thrown. */
const CATCHING = `(component
  (import "t:t/host" (instance $h (export "log" (func (param "x" string)))))
  (core module $memory ${MEMORY}) (core instance $mi (instantiate $memory)) (alias core export $mi "m" (core memory $mem))
  (alias export $h "log" (func $log)) (core func $lowered (canon lower (func $log) (memory $mem)))
  (core module $m (import "h" "log" (func $log (param i32 i32)))
    (func (export "f") (param $p i32) (param $l i32) (result i32) (local $n i32)
      (loop $again
        (block $out (try_table (catch_all $out) (call $log (local.get $p) (local.get $l))))
        (local.set $p (i32.const 0)) (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $n) (i32.const 100))))
      (local.get $n)))
  (core instance $i (instantiate $m (with "h" (instance (export "log" (func $lowered))))))
  (func (export "f") (param "p" u32) (param "l" u32) (result u32) (canon lift (core func $i "f"))))`;

describe('a guest that catches what is thrown at it', () => {
  test('has ended with its first trap all the same, and reaches the host no more', async () => {
    let calls = 0;
    const authority = authorityOf({ 't:t/host#log': () => void calls++ });
    const component = await linkWat(CATCHING, ['f'], { authority });
    const end = await component.call('f', [END, 1]);
    expect(end).toMatchObject({ thrown: { message: expect.stringContaining('beyond its memory') } });
    expect(authority.traps).toHaveLength(1);
    expect(calls).toBe(0);
  });

  test('is told of nothing when all is well', async () => {
    let calls = 0;
    const component = await linkWat(CATCHING, ['f'], { functions: { 't:t/host#log': () => void calls++ } });
    expect(await component.call('f', [0, 1])).toEqual({ returned: 100 });
    expect(calls).toBe(100);
    expect(component.end()).toBe('nothing');
  });

  test('ends with the error of a host function', async () => {
    const error = new Error('no');
    const refuse = () => {
      throw error;
    };
    const authority = authorityOf({ 't:t/host#log': refuse });
    const component = await linkWat(CATCHING, ['f'], { authority });
    expect(await component.call('f', [0, 1])).toEqual({ thrown: error });
    expect(authority.traps).toEqual([error]);
  });
});

test('a component is not entered by a component that it calls', async () => {
  const wat = `(component
    (core module $g (func (export "g") (result i32) (i32.const 7))) (core instance $g (instantiate $g))
    (func $g (result u32) (canon lift (core func $g "g")))
    (component $inner (import "g" (func $g (result u32)))
      (core func $g' (canon lower (func $g)))
      (core module $m (import "p" "g" (func $g (result i32))) (func (export "f") (result i32) (call $g)))
      (core instance $i (instantiate $m (with "p" (instance (export "g" (func $g'))))))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))
    (instance $n (instantiate $inner (with "g" (func $g))))
    (core func $f' (canon lower (func $n "f")))
    (core module $m (import "n" "f" (func $f (result i32))) (func (export "f") (result i32) (call $f)))
    (core instance $i (instantiate $m (with "n" (instance (export "f" (func $f'))))))
    (func (export "f") (result u32) (canon lift (core func $i "f")))
    (func (export "inner") (result u32) (canon lift (core func $g "g"))))`;
  expect(await (await linkWat(wat, ['inner'])).call('inner', [])).toEqual({ returned: 7 });
  expect(await given(wat)).toMatch(/was entered while a call of it was going on/);
});

describe('an instance', () => {
  const COUNTER = `(component (core module $m (global $g (mut i32) (i32.const 0))
      (func (export "f") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
    (core instance $i (instantiate $m)) (func (export "f") (result u32) (canon lift (core func $i "f"))))`;

  test('serves one call after another', async () => {
    const component = await linkWat(COUNTER, ['f']);
    expect(await component.call('f', [])).toEqual({ returned: 1 });
    expect(component.end()).toBe('nothing');
    component.begin(authorityOf());
    expect(await component.call('f', [])).toEqual({ returned: 2 });
    expect(component.suspendable).toBe(false);
    expect(component.usedHostWhileLinking).toBe(false);
  });

  test('does not run when no call is going on', async () => {
    const component = await linkWat(COUNTER, ['f']);
    component.end();
    expect(await component.call('f', [])).toMatchObject({
      thrown: { message: expect.stringContaining('call is over') },
    });
  });

  test('is not entered twice at a time', async () => {
    const component = await linkWat(COUNTER, ['f']);
    const first = component.call('f', []);
    expect(await component.call('f', [])).toMatchObject({
      thrown: { message: expect.stringContaining('while a call of it was going on') },
    });
    expect(await first).toEqual({ returned: 1 });
  });

  test('is not made when its start function traps', async () => {
    const authority = authorityOf();
    const wat = COUNTER.replace('(func (export "f")', '(start $s) (func $s unreachable) (func (export "f")');
    await expect(linkWat(wat, ['f'], { authority })).rejects.toThrow('unreachable');
    expect(authority.traps).toHaveLength(1);
  });

  test('may export a function named then, and answer a field of that name', async () => {
    const wat = `(component (core module $m (func (export "f") (param i32) (result i32) local.get 0))
      (core instance $i (instantiate $m)) (type $r (record (field "then" u32))) (instance $t (export "r" (type $r)))
      (export $e "a:b/c" (instance $t)) (alias export $e "r" (type $x))
      (func (export "then") (param "p" $x) (result $x) (canon lift (core func $i "f"))))`;
    // biome-ignore lint/suspicious/noThenProperty: that is the case under test
    const end = await (await linkWat(wat, ['then'])).call('then', [{ then: 5 }]);
    expect('returned' in end && JSON.stringify(end.returned)).toBe('{"then":5}');
  });
});
