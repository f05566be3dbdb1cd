/** What metering keeps, what it charges, what it clamps and what it refuses. */
import { describe, expect, test } from 'vitest';
import { BULK_BASE, GROW_COST, THROW_COST } from '../../../src/build/meter/cost.ts';
import { MeterError } from '../../../src/build/meter/reader.ts';
import { FUEL_EXPORT, meter, meterChecked } from '../../../src/build/meter/rewrite.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';

const FUEL = 1_000_000;

interface Run {
  readonly call: (...args: number[]) => unknown;
  readonly fuel: () => bigint;
  readonly exports: WebAssembly.Exports;
}

/** Instantiates the metered module and gives its export `run`. */
async function metered(wat: string, fuel = FUEL, imports: WebAssembly.Imports = {}): Promise<Run> {
  const { bytes } = meterChecked(await coreModule(wat), fuel);
  const { exports } = new WebAssembly.Instance(compile(bytes), imports);
  const global = exports[FUEL_EXPORT] as WebAssembly.Global;
  return { call: exports['run'] as Run['call'], fuel: () => global.value, exports };
}

async function plain(wat: string): Promise<Run['call']> {
  const { exports } = new WebAssembly.Instance(compile(await coreModule(wat)));
  return exports['run'] as Run['call'];
}

async function spent(wat: string, ...args: number[]): Promise<number> {
  const run = await metered(wat);
  run.call(...args);
  return FUEL - Number(run.fuel());
}

async function refusal(wat: string): Promise<string> {
  const bytes = await coreModule(wat);
  try {
    meter(bytes, FUEL);
  } catch (error) {
    if (error instanceof MeterError) return error.message;
    throw error;
  }
  throw new Error('the module was not refused');
}

const PROGRAMS = {
  'recursive fib': `(module (func $fib (export "run") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0)) (else (i32.add
      (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`,
  'nested loops that take and give values': `(module (func (export "run") (param i32) (result i32) (local $i i32) (local $s i32)
    (loop $outer (block $skip (br_if $skip (i32.and (local.get $i) (i32.const 1)))
        (block (result i32 i32) (i32.const 3) (local.get $i)) (i32.add) (local.set $s (i32.add (local.get $s))))
      (i32.const 5) (loop $inner (param i32) (local.set $s (i32.add (local.get $s)))
        (i32.const 2) (br_if $inner (i32.lt_u (local.get $s) (i32.const 900))) (drop))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_u (local.get $i) (local.get 0)))) (local.get $s)))`,
  'br_table dispatch': `(module (func (export "run") (param $n i32) (result i32) (local $a i32)
    (loop $next (block $d (block $c (block $b (block $a0 (br_table $a0 $b $c $d (i32.rem_u (local.get $n) (i32.const 5))))
      (local.set $a (i32.add (local.get $a) (i32.const 7)))) (local.set $a (i32.mul (local.get $a) (i32.const 3))))
      (local.set $a (i32.xor (local.get $a) (i32.const 0x55)))) (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (i32.gt_s (local.get $n) (i32.const 0)))) (local.get $a)))`,
  'bulk memory and tables': `(module (memory 2) (table 20 funcref) (elem $e func $f $f) (data $d "abcdefgh")
    (func $f (result i32) i32.const 5)
    (func (export "run") (param i32) (result i32)
      (memory.fill (i32.const 0) (local.get 0) (i32.const 5000)) (memory.copy (i32.const 6000) (i32.const 10) (i32.const 4000))
      (memory.init $d (i32.const 6100) (i32.const 0) (i32.const 8)) (data.drop $d)
      (table.init $e (i32.const 0) (i32.const 0) (i32.const 2)) (table.copy (i32.const 4) (i32.const 0) (i32.const 2))
      (table.fill (i32.const 8) (ref.func $f) (i32.const 4)) (drop (table.grow (ref.null func) (i32.const 3)))
      (i32.add (i32.load (i32.const 6100)) (i32.add (memory.grow (i32.const 1)) (call_indirect (result i32) (i32.const 9))))))`,
  'vectors, floats and 64-bit': `(module (memory 1) (func (export "run") (param i32) (result i32)
      (v128.store (i32.const 16) (i32x4.mul (i32x4.splat (local.get 0)) (v128.const i32x4 1 2 3 4)))
      (v128.store8_lane 3 (i32.const 40) (v128.load32_splat (i32.const 16)))
      (i32.add (i32x4.extract_lane 2 (v128.load (i32.const 16)))
        (i32.wrap_i64 (i64.add (i64.const -9007199254740993) (i64.trunc_sat_f64_s (f64.mul (f64.const 1.5e9) (f64.convert_i32_s (local.get 0)))))))))`,
  'tail calls': `(module (func $loop (param i32 i32) (result i32) (if (result i32) (i32.eqz (local.get 0)) (then (local.get 1))
      (else (return_call $loop (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (local.get 0))))))
    (func (export "run") (param i32) (result i32) (return_call $loop (local.get 0) (i32.const 0))))`,
  exceptions: `(module (tag $t (param i32)) (func $thrower (param i32) (throw $t (local.get 0)))
    (func (export "run") (param i32) (result i32) (local $i i32) (local $s i32)
      (loop $again (local.set $s (i32.add (local.get $s) (block $caught (result i32)
        (try_table (catch $t $caught) (call $thrower (local.get $i))) (i32.const 0))))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $again (i32.lt_u (local.get $i) (local.get 0))))
      (local.get $s)))`,
  'typed references and 64-bit memory': `(module (type $f (func (result i32))) (memory i64 1) (func $g (type $f) i32.const 4) (elem declare func $g)
    (func (export "run") (param i32) (result i32) (memory.fill (i64.const 0) (local.get 0) (i64.const 300))
      (memory.copy (i64.const 400) (i64.const 0) (i64.const 200))
      (i32.add (call_ref $f (ref.func $g)) (i32.load8_u (i64.const 410)))))`,
  'several memories': `(module (memory $a 1) (memory $b 1) (func (export "run") (param i32) (result i32)
      (i32.store $b (i32.const 8) (local.get 0)) (memory.copy $a $b (i32.const 0) (i32.const 0) (i32.const 64)) (i32.load $a (i32.const 8))))`,
};

describe('metered modules', () => {
  test.each(Object.entries(PROGRAMS))('answer as they did before: %s', async (_, wat) => {
    const before = await plain(wat);
    const after = await metered(wat, 100_000_000);
    for (const argument of [1, 2, 7, 15]) {
      const { call } = await metered(wat, 100_000_000);
      expect(call(argument)).toBe((await plain(wat))(argument));
    }
    expect(after.call(9)).toBe(before(9));
    expect(after.fuel()).toBeLessThan(100_000_000n);
  });

  test.each([
    ['an endless loop', '(module (func (export "run") (loop br 0)))'],
    ['an endless tail call', '(module (func $f (export "run") return_call $f))'],
    [
      'a loop that swallows every exception',
      `(module (func $deep (loop br 0)) (func (export "run")
      (loop $again (block $caught (try_table (catch_all $caught) (call $deep))) (br $again))))`,
    ],
    [
      'endless copying',
      '(module (memory 1) (func (export "run") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) br 0)))',
    ],
    [
      'a loop that is entered by an else branch',
      '(module (func (export "run") (loop (if (i32.const 0) (then nop) (else (br 1))))))',
    ],
  ])('end: %s', async (_, wat) => {
    const run = await metered(wat);
    expect(() => run.call()).toThrow(WebAssembly.RuntimeError);
    expect(run.fuel()).toBeLessThan(0n);
    expect(() => run.call(), 'and stay ended').toThrow('unreachable');
  });

  test('start functions run on the initial fuel alone', async () => {
    await expect(metered('(module (func $s (loop br 0)) (start $s))')).rejects.toThrow('unreachable');
  });

  test('the balance can be set from outside', async () => {
    const run = await metered('(module (func (export "run") (loop br 0)))');
    const global = run.exports[FUEL_EXPORT] as WebAssembly.Global;
    global.value = 10n;
    expect(() => run.call()).toThrow('unreachable');
    expect(global.value).toBeLessThan(0n);
  });
});

describe('the cost', () => {
  test('one unit for an entry, and for each turn of a loop one more than its instructions', async () => {
    const wat = `(module (func (export "run") (param i32)
      (loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))))`;
    expect(await spent(wat, 1)).toBe(1 + 7);
    expect(await spent(wat, 1000)).toBe(1 + 7 * 1000);
  });

  test('straight-line code is charged by its length', async () => {
    expect(await spent(`(module (func (export "run") ${'nop '.repeat(64_000)}))`)).toBe(1 + 64_000);
  });

  test('an arm that is not taken costs nothing', async () => {
    const work = 'nop '.repeat(5_000);
    const wat = `(module (func (export "run") (param i32)
      (block $c (block $b (block $a (br_table $a $b $c (local.get 0))) ${work} return) ${work} ${work} return)))`;
    expect(await spent(wat, 0)).toBe(1 + 2 + 5_001);
    expect(await spent(wat, 1)).toBe(1 + 2 + 10_001);
    expect(await spent(wat, 2)).toBe(1 + 2);
    const branches = `(module (func (export "run") (param i32)
      (if (local.get 0) (then ${work}) (else ${work} ${work}))))`;
    expect(await spent(branches, 1)).toBe(1 + 2 + 5_000);
    expect(await spent(branches, 0)).toBe(1 + 2 + 10_000);
  });

  test('memory and division weigh more than the rest', async () => {
    const wat = (body: string) => `(module (memory 1) (func (export "run") (result i32) ${body}))`;
    expect(await spent(wat('(i32.load (i32.const 0))'))).toBe(1 + 1 + 3);
    expect(await spent(wat('(i32.div_u (i32.const 1) (i32.const 1))'))).toBe(1 + 2 + 8);
  });

  test('bulk operations are charged by their length', async () => {
    const fill = (bytes: number) =>
      `(module (memory 2) (func (export "run") (memory.fill (i32.const 0) (i32.const 1) (i32.const ${bytes}))))`;
    expect(await spent(fill(0))).toBe(1 + 4 + BULK_BASE);
    expect(await spent(fill(65_536))).toBe(1 + 4 + BULK_BASE + 4_096);
    expect(
      await spent(
        '(module (table 100 funcref) (func (export "run") (table.fill (i32.const 0) (ref.null func) (i32.const 100))))',
      ),
    ).toBe(1 + 4 + BULK_BASE + 400);
  });

  test('growing and throwing are not free', async () => {
    expect(await spent('(module (memory 1) (func (export "run") (drop (memory.grow (i32.const 1)))))')).toBe(
      1 + 3 + GROW_COST,
    );
    expect(
      await spent('(module (table 1 funcref) (func (export "run") (drop (table.grow (ref.null func) (i32.const 1)))))'),
    ).toBe(1 + 4 + GROW_COST);
    expect(await spent('(module (tag $t) (func (export "run") (block (try_table (catch_all 0) (throw $t)))))')).toBe(
      1 + 1 + THROW_COST,
    );
  });
});

describe('ceilings', () => {
  test('a memory without a maximum gets one, and growing beyond it fails', async () => {
    const wat = (limits: string) =>
      `(module (memory ${limits}) (func (export "run") (param i32) (result i32) (memory.grow (local.get 0))))`;
    for (const limits of ['1', '1 65536']) {
      expect((await metered(wat(limits))).call(1535)).toBe(1);
      expect((await metered(wat(limits))).call(1536)).toBe(-1);
    }
    expect((await metered(wat('1 2'))).call(2)).toBe(-1);
  });

  test('a table without a maximum gets one', async () => {
    const run = await metered(
      '(module (table 1 funcref) (func (export "run") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))',
    );
    expect(run.call(1_000_000)).toBe(-1);
    expect(run.call(999_999)).toBe(1);
  });

  test.each([
    ['(module (memory 1537))', 'starts with 1537 pages'],
    ['(module (memory 800) (memory 800))', 'more than 1536 pages together'],
    [`(module ${'(memory 0) '.repeat(17)})`, '17 memories'],
    ['(module (table 1000001 funcref))', 'starts with 1000001 elements'],
    [`(module ${'(table 0 funcref) '.repeat(17)})`, '17 tables'],
    ['(module (memory 1 1 shared))', 'threads are not supported'],
    ['(module (import "a" "b" (memory 1 1 shared)))', 'threads are not supported'],
    ['(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))', 'threads are not supported'],
    ['(module (func atomic.fence))', 'threads are not supported'],
    ['(module (type (struct (field i32))))', 'garbage-collected types'],
    ['(module (type (array i8)))', 'garbage-collected types'],
    ['(module (func (param anyref)))', 'garbage-collected types'],
    ['(module (func (drop (ref.i31 (i32.const 1)))))', 'garbage-collected types'],
  ])('refuses %s', async (wat, reason) => {
    expect(await refusal(wat)).toContain(reason);
  });

  test('refuses a function body that is too long', async () => {
    expect(await refusal(`(module (func ${'nop '.repeat(2_100_000)}))`)).toContain('the most is 2097152');
  });
});

describe('features', () => {
  test.each([
    ['(module (func (drop (v128.const i32x4 0 0 0 0))))', ['simd']],
    ['(module (func (param v128)))', ['simd']],
    [
      '(module (func (param v128 v128 v128) (drop (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))))',
      ['relaxed-simd', 'simd'],
    ],
    ['(module (func $f return_call $f))', ['tail-call']],
    ['(module (memory i64 1))', ['memory64']],
    ['(module (memory 1) (memory 1))', ['multi-memory']],
    ['(module (tag $t) (func (throw $t)))', ['exceptions']],
    ['(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))', ['bulk-memory']],
    ['(module (func))', []],
  ])('of %s', async (wat, features) => {
    expect(meter(await coreModule(wat), FUEL).features).toEqual(features);
  });

  test('legacy exceptions are followed, not refused', () => {
    // (module (func try nop catch_all nop end)), which parsers of today no longer write
    const code = [0x06, 0x40, 0x01, 0x19, 0x01, 0x0b, 0x0b];
    const bytes = Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      10,
      code.length + 3,
      1,
      code.length + 1,
      0,
      ...code,
    );
    expect(meter(bytes, FUEL).features).toEqual(['legacy-exceptions']);
  });
});

test('equal input gives equal output', async () => {
  const bytes = await coreModule(PROGRAMS['bulk memory and tables']);
  expect(meter(bytes, FUEL).bytes).toEqual(meter(bytes, FUEL).bytes);
});
