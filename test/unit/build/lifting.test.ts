/** What a guest hands over, through our linker and through jco's real glue: bounded, paid for, and as the Canonical ABI has it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGlue } from '../../../functions/builder/glue-check.ts';
import { liftGlue } from '../../../functions/builder/glue-lift.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { glueOf } from '../../support/build-fixtures.ts';
import { fromWat, fromWit } from '../../support/component-fixtures.ts';
import { callOf, runnable } from '../../support/run-component.ts';
import { STANDARD_WORLD } from '../../support/wit-worlds.ts';

/** `list` writes `n` headers that all say (`p`, `l`); `at` hands `p` over as it is; `data` is what memory begins with. */
const CORE = `(core module $m (memory (export "m") 200) (data (i32.const 1024) "\\ff\\fe\\80abc")
  (data (i32.const 1040) "\\ef\\bb\\bfhi") (data (i32.const 1056) "h\\00i\\00\\00\\d8")
  (func $list (export "list") (param $n i32) (param $p i32) (param $l i32) (result i32) (local $i i32)
    (block $b (loop $lp
      (br_if $b (i32.ge_u (local.get $i) (i32.const 131072)))
      (br_if $b (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store (i32.add (i32.const 65536) (i32.mul (local.get $i) (i32.const 8))) (local.get $p))
      (i32.store (i32.add (i32.const 65540) (i32.mul (local.get $i) (i32.const 8))) (local.get $l))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $lp)))
    (i32.store (i32.const 16) (i32.const 65536))
    (i32.store (i32.const 20) (local.get $n))
    (i32.const 16))
  (func (export "header") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
  (func (export "zeros") (param i32) (result i32) (i32.store (i32.const 16) (i32.const 1179648)) (i32.store (i32.const 20) (local.get 0)) (i32.const 16))
  (func (export "byte") (param i32) (result i32) (i32.store8 (i32.const 32) (local.get 0)) (i32.const 32))
  (func (export "same") (param i32) (result i32) (local.get 0)))
 (core instance $i (instantiate $m)) (alias core export $i "m" (core memory $mem))`;

const lists = ['string', '(list u8)', '(list u32)', '(list (list (list u8)))', '(list bool)', '(list string)'];
const scalars = ['(option u8)', '(result u8 (error u8))', '(option bool)', '(option string)'];
const cores = [
  'bool',
  'u8',
  's8',
  'u16',
  's16',
  'u32',
  's32',
  'u64',
  's64',
  'f32',
  'f64',
  'char',
  '(tuple u8 u32)',
  '(option u8)',
  '(result u8)',
  '(list u8)',
  'string',
  '(list u8 4)',
  '(map u8 u8)',
];

const lift = (name: string, params: string, result: string, core: string, options = '') =>
  `(func (export "${name}") ${params} (result ${result}) (canon lift (core func $i "${core}") (memory $mem) ${options}))`;
const three = '(param "n" u32) (param "p" u32) (param "l" u32)';
const two = '(param "p" u32) (param "l" u32)';

const COMPONENT = `(component ${CORE}
  ${lists.map((type, index) => lift(`lists${index}`, three, `(list ${type})`, 'list')).join('\n')}
  ${cores.map((type, index) => lift(`zeros${index}`, '(param "n" u32)', `(list ${type})`, 'zeros')).join('\n')}
  ${scalars.map((type, index) => lift(`scalar${index}`, '(param "b" u32)', type, 'byte')).join('\n')}
  ${lift('text', two, 'string', 'header')}
  ${lift('text16', two, 'string', 'header', 'string-encoding=utf16')}
  ${lift('bytes', two, '(list u8)', 'header')}
  ${lift('words', two, '(list u32)', 'header')}
  ${lift('flags', two, '(list bool)', 'header')}
  ${lift('truth', '(param "b" u32)', 'bool', 'same')}
  ${lift('char', '(param "b" u32)', 'char', 'same')})`;

const MEMORY_END = 200 * 65_536;
/** Behind all that is written: zeros, which are text, and headers of empty lists. */
const ZEROS = 1_250_000;

/** Both ways of linking have the same bounds and prices. */
const GLUES = [
  ['our own linker', {}],
  ["jco's glue", { glue: 'jco' }],
] as const;

describe.each(GLUES)('through %s', (_glue, options) => {
  let component: Guest;
  beforeAll(async () => {
    component = await runnable(await fromWat(COMPONENT), options);
  }, 60_000);

  describe('many headers that point at the same bytes', () => {
    test.each(lists.map((type, index) => [type, index] as const))('list of %s', async (_, index) => {
      const outcome = await callOf(component, `lists${index}`, { n: 131_072, p: ZEROS, l: 100_000 });
      expect(outcome).toMatchObject({ kind: 'crashed', reason: 'too-large', text: expect.stringContaining('at once') });
    });

    test('costs fuel', async () => {
      const few = await callOf(component, 'lists0', { n: 10, p: ZEROS, l: 1_000 });
      const many = await callOf(component, 'lists0', { n: 100, p: ZEROS, l: 10_000 });
      expect(few).toMatchObject({ kind: 'ok' });
      expect(many).toMatchObject({ kind: 'ok' });
      expect('fuel' in many && many.fuel).toBeGreaterThan(900_000);
    });
  });

  describe('a list of a million values and more is too large', () => {
    test.each(cores.map((type, index) => [type, index] as const))('of %s', async (type, index) => {
      const outcome = await callOf(component, `zeros${index}`, { n: 1_000_001 });
      // Bytes are one text in JSON, and a million of them are a megabyte.
      expect(outcome).toMatchObject(type === 'u8' ? { kind: 'ok' } : { kind: 'crashed', reason: 'too-large' });
      expect((await callOf(component, `zeros${index}`, { n: 0xffff_ffff })).kind).toBe('crashed');
      expect((await callOf(component, `zeros${index}`, { n: 10 })).kind).toBe('ok');
    });
  });

  describe('validity', () => {
    test.each([
      ['a text that is not UTF-8', 'text', { p: 1024, l: 6 }, 'not valid UTF-8'],
      ['half a surrogate pair in UTF-16', 'text16', { p: 1056, l: 3 }, 'not valid UTF-16'],
      ['a text beyond memory', 'text', { p: MEMORY_END - 4, l: 5 }, /RangeError|beyond its memory/],
      ['bytes beyond memory', 'bytes', { p: MEMORY_END - 4, l: 5 }, 'beyond its memory'],
      ['bytes far beyond memory', 'bytes', { p: 100, l: 0x7fff_ffff }, 'beyond its memory'],
      ['numbers beyond memory', 'words', { p: MEMORY_END - 8, l: 3 }, 'beyond its memory'],
      ['a looped list beyond memory', 'flags', { p: MEMORY_END - 4, l: 5 }, /RangeError|beyond its memory/],
      ['the option of byte 2', 'scalar0', { b: 2 }, 'discriminant'],
      ['the result of byte 7', 'scalar1', { b: 7 }, 'discriminant'],
      ['the option of a bool of byte 255', 'scalar2', { b: 255 }, 'discriminant'],
      ['the option of a string of byte 9', 'scalar3', { b: 9 }, 'discriminant'],
      ['half a surrogate pair as a char', 'char', { b: 0xd800 }, 'not a valid char'],
    ])('%s is a trap', async (_, name, args, text) => {
      const outcome = await callOf(component, name, args);
      expect(outcome).toMatchObject({ kind: 'crashed', reason: 'trap', text: expect.stringMatching(text) });
    });

    test.each([
      ['a byte order mark stays', 'text', { p: 1040, l: 5 }, '"\\ufeffhi"'],
      ['UTF-16 is read', 'text16', { p: 1056, l: 2 }, '"hi"'],
      ['what ends where memory ends is taken', 'bytes', { p: MEMORY_END - 3, l: 3 }, '"AAAA"'],
      ['every number but zero is true', 'truth', { b: 2 }, 'true'],
      ['zero is false', 'truth', { b: 0 }, 'false'],
    ])('%s', async (_, name, args, value) => {
      const outcome = await callOf(component, name, args);
      expect(outcome).toMatchObject({ kind: 'ok' });
      expect('json' in outcome && JSON.parse(outcome.json)).toEqual({ result: JSON.parse(value) });
    });
  });
});

describe('a shape that is not known is refused', () => {
  let glue: string;
  beforeAll(async () => {
    glue = await glueOf(await fromWat(COMPONENT));
  }, 60_000);

  const refused = (from: string | RegExp, to: string) => {
    const changed = glue.replace(from, to);
    expect(changed).not.toBe(glue);
    return expect(() => void checkGlue(changed));
  };

  test('a loop that is not charged', () => {
    refused(/\$lifting\.elements\(len\d+, \d+\);/, '').toThrow('without being charged');
  });
  test('a loop that is charged for another length', () => {
    refused(/\$lifting\.elements\(len\d+,/, '$lifting.elements(len999,').toThrow('without being charged');
  });
  test('a copy that is not charged', () => {
    refused(/\$lifting\.copy\((memory0\.buffer),/, '$1.slice(').toThrow('use of a buffer');
  });
  test('a decoder of its own', () => {
    refused('$lifting.utf8', 'new TextDecoder()').toThrow('TextDecoder');
  });
  test('an account that is handed on', () => {
    refused('$lifting.cross();', 'imports($lifting);').toThrow('use of $lifting');
  });
  test('a loop of another form', () => {
    refused(/for \(let i = 0; i < len\d+; i\+\+\)/, 'for (let i = 0; ; i++)').toThrow('loop of an unknown form');
  });
  test('glue that has the name already', () => {
    expect(() => liftGlue('const $lifting = 1;', String)).toThrow('is taken');
  });
  test('a decoder, a copy or a mode that jco does not write today', () => {
    expect(() => liftGlue("new TextDecoder('latin1')", String)).toThrow('decoder');
    expect(() => liftGlue('memory0.buffer.slice(1, 2)', String)).toThrow('copy');
    expect(() => liftGlue('new Uint8Array(memory0.buffer.slice(1))', String)).toThrow('copy');
  });
});

const EVERY_LIST = `package t:every; interface k {
  resource thing { constructor(n: u32); }
  record r { a: u8, s: string } variant v { one, two(u32), three(list<string>) } enum e { x, y } flags fl { f1, f2 }
  take: func(a: list<own<thing>>, b: list<borrow<thing>>, c: list<tuple<u8, string>>, d: list<option<string>>,
    e: list<result<string, u8>>, f: list<fl>, g: list<e>, h: list<list<string>>, i: list<r>, j: list<v>) -> list<own<thing>>;
  give: func() -> tuple<list<tuple<u8, string>>, list<option<string>>, list<result<string, u8>>, list<fl>, list<e>, list<r>,
    list<list<u8>>, list<v>, option<list<u8>>, list<result>, list<char>, list<bool>, list<f64>>;
  fixed: func(a: list<u8, 4>, b: list<list<string, 3>>) -> tuple<list<u32, 20>, list<string, 20>>;
  mapped: func(a: map<string, u32>) -> map<string, list<u8>>;
} world w { import k; export k; }`;

describe('arguments of imports', () => {
  /** `from-list` of `n` fields that are all one name of 1,000 bytes; `catches` goes on when the host refuses. */
  const wat = `(component
    (import "wasi:http/types@0.2.0" (instance $h
      (export "fields" (type $f (sub resource)))
      (type $e0 (variant (case "invalid-syntax") (case "forbidden") (case "immutable"))) (export "header-error" (type $e (eq $e0)))
      (export "[static]fields.from-list" (func (param "entries" (list (tuple string (list u8)))) (result (result (own $f) (error $e)))))))
    (core module $memory (memory (export "m") 40) (func (export "r") (param i32 i32 i32 i32) (result i32) i32.const 16))
    (core instance $m (instantiate $memory)) (alias core export $m "m" (core memory $mem)) (alias core export $m "r" (core func $realloc))
    (alias export $h "[static]fields.from-list" (func $from))
    (core func $lowered (canon lower (func $from) (memory $mem) (realloc $realloc)))
    (core module $main (import "m" "m" (memory 40)) (import "h" "from" (func $from (param i32 i32 i32)))
      (func $fill (param $n i32) (param $l i32) (local $i i32)
        (loop $lp
          (i32.store (i32.add (i32.const 65536) (i32.mul (local.get $i) (i32.const 16))) (i32.const 1800000))
          (i32.store (i32.add (i32.const 65540) (i32.mul (local.get $i) (i32.const 16))) (local.get $l))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $lp (i32.lt_u (local.get $i) (local.get $n)))))
      (func (export "plain") (param i32 i32) (result i32) (call $fill (local.get 0) (local.get 1))
        (call $from (i32.const 65536) (local.get 0) (i32.const 32)) (i32.load8_u (i32.const 32)))
      (func (export "catches") (param i32 i32) (result i32) (call $fill (local.get 0) (local.get 1))
        (block $out (try_table (catch_all $out) (call $from (i32.const 65536) (local.get 0) (i32.const 32)))) (i32.const 7)))
    (core instance $i (instantiate $main (with "m" (instance $m)) (with "h" (instance (export "from" (func $lowered))))))
    (func (export "plain") (param "n" u32) (param "l" u32) (result u32) (canon lift (core func $i "plain")))
    (func (export "catches") (param "n" u32) (param "l" u32) (result u32) (canon lift (core func $i "catches"))))`;

  const ways = GLUES.flatMap(([glue, options]) => ['plain', 'catches'].map((name) => [name, glue, options] as const));
  test.each(ways)('are bounded, and the guest cannot go on: %s through %s', async (name, _, options) => {
    const importing = await runnable(await fromWat(wat), options);
    expect(await callOf(importing, name, { n: 2, l: 0 })).toMatchObject({ kind: 'ok' });
    expect(await callOf(importing, name, { n: 60_000, l: 500_000 })).toMatchObject({
      kind: 'crashed',
      reason: 'too-large',
    });
  });
});

test('each list of every kind is counted before its loop, imported and exported', { timeout: 60_000 }, async () => {
  const glue = await glueOf(await fromWit(EVERY_LIST));
  checkGlue(glue);
  const loops = glue.match(/for \((?:let|var) i = 0; i < len\d*; i\+\+\)/g) ?? [];
  expect(loops.length).toBeGreaterThan(25);
  expect(glue.match(/\$lifting\.elements\(len\d*, \d+\);for/g)).toHaveLength(loops.length);
  expect(glue).toMatch(/\$lifting\.elements\(20, \d+\);for/);
  expect(glue).not.toMatch(/buffer\.slice|TextDecoder/);
  const suspending = await glueOf(await fromWit(STANDARD_WORLD));
  const poll = suspending.indexOf('async function(arg0, arg1, arg2)');
  expect(suspending.slice(poll, poll + 600)).toMatch(/\$lifting\.elements\(len\d+, \d+\);for/);
});
