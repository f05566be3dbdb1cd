/** The meter on damaged and malicious core modules. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSlot } from '../../../functions/runtime/slot.ts';
import { CHECK_EVERY } from '../../../src/build/meter/cost.ts';
import { MeterError } from '../../../src/build/meter/reader.ts';
import { meter, meterChecked } from '../../../src/build/meter/rewrite.ts';
import { FUEL_EXPORT, SLOT_EXPORT } from '../../../src/core/engine-names.ts';
import { SLOT_WASM } from '../../../src/isolate/slot-module.ts';
import { compile, coreModule } from '../../support/build-fixtures.ts';
import { leb } from '../../support/component-fixtures.ts';
import { metered } from '../../support/meter/modules.ts';
import { PROGRAMS } from '../../support/meter/programs.ts';

const FUEL = 20_000_000;

describe('every endless guest ends, and stays ended', () => {
  const run = (body: string, before = ''): string => `(module ${before} (func (export "run") ${body}))`;
  const callForEver = '(table 1 funcref) (elem (i32.const 0) func $f)';
  test.each([
    ['a loop', run('(loop br 0)')],
    ['a loop within a loop', run('(loop (loop (br_if 0 (i32.const 0))) (br 0))')],
    ['a loop that is entered by an else branch', run('(loop (if (i32.const 0) (then nop) (else (br 1))))')],
    ['a loop of br_table', run('(loop (br_table 0 0 (i32.const 3)))')],
    ['a loop whose turn is longer than an advance', run(`(loop ${'nop '.repeat(9_000)} br 0)`)],
    ['a loop of calls', run('(loop (call $f) (br 0))', '(func $f)')],
    ['a tail call', run('(return_call $f)', '(func $f (return_call $f))')],
    [
      'an indirect tail call',
      run('(return_call_indirect (i32.const 0))', `${callForEver} (func $f (return_call_indirect (i32.const 0)))`),
    ],
    [
      'a tail call by reference',
      run(
        '(return_call $f)',
        '(type $t (func)) (elem declare func $f) (func $f (type $t) (return_call_ref $t (ref.func $f)))',
      ),
    ],
    ['tail calls of two functions', run('(return_call $f)', '(func $f (return_call $g)) (func $g (return_call $f))')],
    ['a tail call out of a loop', run('(return_call $f)', '(func $f (loop (return_call $f)))')],
    [
      'a recursion that doubles',
      run(
        '(call $f (i32.const 60))',
        `(func $f (param i32) (if (local.get 0) (then
       (call $f (i32.sub (local.get 0) (i32.const 1))) (call $f (i32.sub (local.get 0) (i32.const 1))))))`,
      ),
    ],
    ['filling', run('(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) br 0)', '(memory 1)')],
    ['copying', run('(loop (memory.copy (i32.const 0) (i32.const 1) (i32.const 65535)) br 0)', '(memory 1)')],
    [
      'filling a table',
      run('(loop (table.fill (i32.const 0) (ref.null func) (i32.const 9)) br 0)', '(table 9 funcref)'),
    ],
    ['growing by nothing', run('(loop (drop (memory.grow (i32.const 0))) br 0)', '(memory 1)')],
    ['growing a table', run('(loop (drop (table.grow (ref.null func) (i32.const 1))) br 0)', '(table 1 funcref)')],
    ['throwing and catching', run('(loop (block $c (try_table (catch_all $c) (throw $t))) br 0)', '(tag $t)')],
    ['a catch clause that lands at a loop', run('(loop $l (try_table (catch_all $l) (throw $t)))', '(tag $t)')],
    [
      'a loop that swallows every exception',
      run('(loop $again (block $c (try_table (catch_all $c) (call $deep))) (br $again))', '(func $deep (loop br 0))'),
    ],
    [
      'a loop that swallows what a recursion throws',
      run(
        '(loop $again (block $c (try_table (catch_all $c) (call $f (i32.const 9)))) (br $again))',
        '(tag $t) (func $f (param i32) (loop) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))) (throw $t))',
      ),
    ],
  ])('%s', async (_, wat) => {
    const { call, meter: account } = await metered(wat, FUEL);
    expect(() => call()).toThrow('unreachable');
    expect([account.exhausted, account.used]).toEqual([true, FUEL]);
    expect(() => call(), 'and again').toThrow('unreachable');
  });

  test('a legacy try that swallows everything', () => {
    // (func (loop try (call 0) catch_all end (br 0))), which parsers of today no longer write
    const loop = [0x03, 0x40, 0x06, 0x40, 0x10, 0, 0x19, 0x0b, 0x0c, 0, 0x0b, 0x0b];
    const { bytes } = meter(oneFunction(loop), 100_000);
    const Module = WebAssembly.Module as unknown as new (source: Uint8Array) => WebAssembly.Module;
    const { exports } = new WebAssembly.Instance(new Module(bytes));
    expect(() => (exports['r'] as () => void)()).toThrow(/null function|call stack/);
  });
});

describe('code without loops is stopped soon after its fuel', () => {
  const recursion = (work: string, count: number) =>
    `(module (func $f (export "run") (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))
      ${work.repeat(count)}))`;
  const join = '(if (i32.const 0) (then)) ';
  const DEPTH = 5_000;
  test.each([
    [
      'catch clauses that cost far more than is left',
      `(module (tag $t) (func (export "run") (param i32) ${'(block $c (try_table (catch_all $c)))'.repeat(20_000)}))`,
    ],
    ['a recursion that works on its way back', recursion(join, 100_000)],
    ['the same behind a loop', recursion(join, 100_000).replace('(if (local.get 0)', '(loop) (if (local.get 0)')],
    [
      'a recursion whose checks are all in code that is passed by',
      recursion(`(if (i32.const 0) (then ${'nop '.repeat(5_000)})) ${'nop '.repeat(1_000)}`, 150),
    ],
  ])('%s', async (_, wat) => {
    const fuel = 1_000_000;
    const { exports } = new WebAssembly.Instance(compile(meterChecked(await coreModule(wat), fuel).bytes));
    const [balance, slot] = [exports[FUEL_EXPORT], exports[SLOT_EXPORT]] as [WebAssembly.Global, WebAssembly.Table];
    const asked: number[] = [];
    const ask = () => asked.push(balance.value);
    const host = { ask, wait: async () => 1, growth: { allow: () => false, failed: () => {} } };
    for (const [place, target] of createSlot(compile(SLOT_WASM), host)) slot.set(place, target);
    expect(() => (exports['run'] as (depth: number) => void)(DEPTH)).toThrow('unreachable');
    expect(asked).toHaveLength(1);
    // Each frame may do as much unseen, and that is no more than an i32 holds for the deepest stack.
    expect(-(asked[0] ?? 0)).toBeLessThan(2 * CHECK_EVERY * DEPTH);
  });
});

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function section(id: number, ...content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const TYPE = section(1, 1, 0x60, 0, 0);
const FUNCTION = section(3, 1, 0);

/** A module of one function of this code, exported as `r`. */
function oneFunction(code: readonly number[], ...more: number[]): Uint8Array {
  const body = [0, ...code];
  const exported = section(7, 1, 1, 0x72, 0, 0);
  return Uint8Array.of(
    ...PREAMBLE,
    ...TYPE,
    ...FUNCTION,
    ...more,
    ...exported,
    ...section(10, 1, ...leb(body.length), ...body),
  );
}

/** `count` times `open`, as many times `close`, and the end of a function. */
function repeated(count: number, open: readonly number[], close: readonly number[]): Uint8Array {
  const code = new Uint8Array(count * (open.length + close.length) + 1);
  for (let index = 0; index < count; index++) {
    code.set(open, index * open.length);
    code.set(close, count * open.length + index * close.length);
  }
  code[code.length - 1] = 0x0b;
  return code;
}

/** A module of one function of this code, of any length. */
function longFunction(code: Uint8Array): Uint8Array {
  const body = [...leb(code.length + 1), 0];
  const head = [...PREAMBLE, ...TYPE, ...FUNCTION, 10, ...leb(1 + body.length + code.length), 1, ...body];
  const bytes = new Uint8Array(head.length + code.length);
  bytes.set(head);
  bytes.set(code, head.length);
  return bytes;
}

function refusal(bytes: Uint8Array): string {
  try {
    meter(bytes, 1_000);
  } catch (error) {
    if (error instanceof MeterError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('sections', () => {
  test.each([
    ['a section twice', [1, 1, 0, 1, 1, 0], 'comes twice'],
    ['sections out of order', [2, 1, 0, 1, 1, 0], 'out of order'],
    ['an unknown section', [99, 0], 'unknown section 99'],
    ['a section longer than the file', [1, 20, 0], 'more section bytes than bytes'],
    ['a custom section without a name', [0, 1, 5], 'more name bytes than bytes'],
    ['a count that cannot fit', [1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f], 'more types than bytes'],
    ['a number of six bytes', [1, 7, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0], 'longer than 32 bits'],
    ['a number above 32 bits', [1, 5, 0xff, 0xff, 0xff, 0xff, 0x1f], 'longer than 32 bits'],
    ['bytes after the entries', [1, 2, 0, 0], 'left over'],
    ['a function of an unknown type', [3, 2, 1, 5], 'unknown type'],
    ['functions without bodies', [...TYPE, ...FUNCTION], 'without bodies'],
    ['more bodies than functions', [10, 4, 1, 2, 0, 0x0b], 'not the number of functions'],
    ['a name that is not UTF-8', [7, 5, 1, 1, 0xff, 3, 0], 'not UTF-8'],
    ['an export of a function that is not there', section(7, 1, 1, 0x61, 0, 0), 'unknown function 0'],
    ['an export of the fuel global to be', section(7, 1, 1, 0x61, 3, 0), 'unknown global 0'],
    ['an export of the slot to be', section(7, 1, 1, 0x61, 1, 0), 'unknown table 0'],
    ['a start function that is not there', section(8, 0), 'unknown function 0'],
    ['elements of a function that is not there', section(9, 1, 3, 0, 1, 0), 'unknown function 0'],
    ['elements of the slot to be', section(9, 1, 0, 0x41, 0, 0x0b, 0), 'unknown table 0'],
    ['elements of an unknown kind', section(9, 1, 8, 0), 'elements of an unknown kind'],
    ['data of a memory that is not there', section(11, 1, 0, 0x41, 0, 0x0b, 0), 'unknown memory 0'],
    ['data that is not what was announced', section(12, 1), 'not what was announced'],
    ['a global that reads one to come', section(6, 1, 0x7f, 0, 0x23, 0, 0x0b), 'unknown global 0'],
    ['a constant that calls', section(6, 1, 0x7f, 0, 0x10, 0, 0x0b), 'not a constant instruction'],
    [
      'a constant above 32 bits',
      section(6, 1, 0x7f, 0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b),
      'longer than 32 bits',
    ],
    ['limits of an unknown kind', section(5, 1, 8, 0), 'limits of an unknown kind'],
    ['a size above 32 bits of a 32-bit memory', section(5, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x1f), 'longer than 32 bits'],
    ['a tag of an unknown type', section(13, 1, 0, 0), 'unknown type 0'],
  ])('refuses %s', (_, sections, reason) => {
    expect(refusal(Uint8Array.of(...PREAMBLE, ...sections))).toContain(reason);
  });
});

describe('bodies', () => {
  test.each([
    ['code after the end', [0x0b, 1, 0x0b], 'code follows the end'],
    ['no end', [1, 1], 'unexpected end'],
    ['an open block at the end', [0x02, 0x40, 0x0b], 'unexpected end'],
    ['an unknown instruction', [0x27, 0x0b], 'unknown instruction 0x27'],
    ['an unknown vector instruction', [0xfd, 0x9a, 0x01, 0x0b], 'unknown instruction 0xfd 154'],
    ['an unknown bulk instruction', [0xfc, 18, 0x0b], 'unknown instruction 0xfc 18'],
    ['an else without an if', [0x02, 0x40, 0x05, 0x0b, 0x0b], 'an else without an if'],
    ['two elses', [0x41, 0, 0x04, 0x40, 0x05, 0x05, 0x0b, 0x0b], 'an else without an if'],
    ['a catch without a try', [0x02, 0x40, 0x07, 0, 0x0b, 0x0b], 'a catch without a try'],
    ['a catch after a catch_all', [0x06, 0x40, 0x19, 0x07, 0, 0x0b, 0x0b], 'a catch without a try'],
    ['two catch_alls', [0x06, 0x40, 0x19, 0x19, 0x0b, 0x0b], 'a catch_all without a try'],
    ['a delegate without a try', [0x02, 0x40, 0x18, 0, 0x0b], 'a delegate without a try'],
    ['a delegate at the end of a function', [0x18, 0], 'a delegate without a try'],
    ['a rethrow outside of a catch', [0x06, 0x40, 0x09, 0, 0x0b, 0x0b], 'a rethrow outside of a catch'],
    ['a label beyond the function', [0x0c, 1, 0x0b], 'unknown label 1'],
    ['the local of the counter', [0x20, 0, 0x0b], 'unknown local 0'],
    ['the fuel global', [0x23, 0, 0x0b], 'unknown global 0'],
    ['the slot table', [0x41, 0, 0x25, 0, 0x0b], 'unknown table 0'],
    ['a call through the slot', [0x41, 0, 0x11, 0, 0, 0x0b], 'unknown table 0'],
    ['a call of a helper', [0x10, 1, 0x0b], 'unknown function 1'],
    ['a reference to a helper', [0xd2, 2, 0x0b], 'unknown function 2'],
    ['a block of an added type', [0x02, 1, 0x0b, 0x0b], 'unknown type 1'],
    ['a memory that is not there', [0x41, 0, 0x28, 0, 0, 0x0b], 'unknown memory'],
    ['a tag that is not there', [0x08, 0, 0x0b], 'unknown tag 0'],
    ['a data segment that was not announced', [0xfc, 9, 0, 0x0b], 'unknown data segment 0'],
    ['a constant of six bytes', [0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x0b], 'longer than 32 bits'],
    [
      'a constant that is neither positive nor negative',
      [0x41, 0xff, 0xff, 0xff, 0xff, 0x17, 0x0b],
      'longer than 32 bits',
    ],
    ['a 64-bit constant of eleven bytes', [0x42, ...Array(10).fill(0x80), 0x00, 0x0b], 'longer than 64 bits'],
    ['a catch clause of an unknown kind', [0x1f, 0x40, 1, 4, 0, 0x0b, 0x0b], 'a catch clause of an unknown kind'],
    ['more branch targets than bytes', [0x0e, 0xff, 0xff, 0x03, 0x0b], 'more branch targets than bytes'],
  ])('refuses %s', (_, code, reason) => {
    expect(refusal(oneFunction(code))).toContain(reason);
  });

  test('refuses four billion locals', () => {
    const body = [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b];
    const code = section(10, 1, body.length, ...body);
    expect(refusal(Uint8Array.of(...PREAMBLE, ...TYPE, ...FUNCTION, ...code))).toContain('more than 49999 locals');
  });

  test.each([
    ['blocks nested 100,000 deep', () => repeated(100_000, [0x02, 0x40], [0x0b]), 'nested more than 10000 deep'],
    ['loops nested 100,000 deep', () => repeated(100_000, [0x03, 0x40], [0x0b]), 'nested more than 10000 deep'],
    ['tries nested 100,000 deep', () => repeated(100_000, [0x06, 0x40], [0x0b]), 'nested more than 10000 deep'],
    ['15 MB of straight code', () => repeated(15_000_000, [0x01], []), 'has 15000002 bytes, the most is 2097152'],
    ['straight code that takes too long', () => repeated(1_500_000, [0x01], []), 'instructions without a branch'],
    [
      'a branch with a million targets',
      () => Uint8Array.from({ length: 1_000_100 }, (_, index) => [0x41, 0, 0x0e, ...leb(1_000_000)][index] ?? 0),
      'more than 65520 branch targets',
    ],
    [
      'a million catch clauses',
      () => Uint8Array.of(0x1f, 0x40, ...leb(1_000_000), 0x02),
      'more catch clauses than bytes',
    ],
  ])('refuses %s', (_, code, reason) => {
    expect(refusal(longFunction(code()))).toContain(reason);
  });

  test('refuses imports of exports that only metering adds', () => {
    expect(
      refusal(Uint8Array.of(...PREAMBLE, ...section(7, 1, 6, ...new TextEncoder().encode('__fuel'), 3, 0))),
    ).toContain('reserved');
  });
});

describe('functions that V8 would take seconds and gigabytes to compile', () => {
  const locals = (count: number) => `(local ${'i64 '.repeat(count)})`;
  const loop = 'loop i32.const 0 br_if 0 end ';
  const many = `(type $t (func (result ${'i32 '.repeat(900)})))`;
  test.each([
    ['many locals at many loops', `${locals(49_000)} ${loop.repeat(1_000)}`],
    ['fewer locals at more loops', `${locals(2_000)} ${loop.repeat(5_000)}`],
    [
      'a high operand stack at many loops',
      `${'i64.const 1 '.repeat(30_000)} ${loop.repeat(500)} ${'drop '.repeat(30_000)}`,
    ],
    [
      'many locals at exceptions',
      `${locals(10_000)} ${'block try_table (catch_all 0) call $nop end end '.repeat(500)}`,
    ],
    ['many locals at branches', `${locals(49_000)} block ${'i32.const 0 br_if 0 '.repeat(1_000)} end`],
    [
      'many locals at a table of branches',
      `${locals(49_000)} ${'block '.repeat(20)} ${`i32.const 0 br_if 0 `.repeat(300)} i32.const 0 br_table ${[...Array(20).keys()].join(' ')} ${'end '.repeat(20)}`,
    ],
    ['many locals at calls in a loop', `${locals(49_000)} loop ${'i32.const 0 br_if 0 call $nop '.repeat(200)} end`],
    ['many locals that are set', `${locals(49_000)} ${'local.get 0 i64.const 1 i64.add local.set 1 '.repeat(2_000)}`],
    ['calls with many results', `${'call $many '.repeat(100)} ${'drop '.repeat(90_000)}`],
    ['blocks with many results', `block ${'block (type $t) unreachable end '.repeat(100)} unreachable end`],
  ])('%s', async (_, body) => {
    const bytes = await coreModule(
      `(module ${many} (func $nop) (func $many (type $t) unreachable) (func (export "r") ${body}))`,
    );
    const started = performance.now();
    expect(refusal(bytes)).toMatch(
      /^a function takes too much to compile: \d+ locals and operands .* the most is 5000000$/,
    );
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('says what, how many, and where', async () => {
    const bytes = await coreModule(`(module (func) (func ${locals(49_000)} ${'block end '.repeat(200)}))`);
    // 200 blocks, the function itself, and the look at the balance at its start.
    const found = 'a function takes too much to compile: 49000 locals and operands in as much code as 202 blocks';
    const error = (() => {
      try {
        return meter(bytes, 1_000);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ message: `${found}, 9898000 together, the most is 5000000`, offset: 26 });
  });

  test.each([
    ['as many locals in a function without blocks', `${locals(49_000)} local.get 0 drop`],
    ['few locals at many loops', `${locals(10)} ${loop.repeat(20_000)}`],
    ['operands that are gone before the blocks', `${'i64.const 1 drop '.repeat(20_000)} ${loop.repeat(1_000)}`],
    ['operands that a branch leaves', `${'block i32.const 1 br 0 end '.repeat(20_000)} ${loop.repeat(1_000)}`],
  ])('but not %s', async (_, body) => {
    expect(refusal(await coreModule(`(module (func (export "r") ${body}))`))).toBe('taken');
  });
});

const MIXED = `(module (type (func (param i32) (result i32))) (import "a" "b" (func $i (type 0)))
  (memory 1 4) (table 4 funcref) (global $g (mut i32) (i32.const 3)) (tag $t (param i32)) (export "m" (memory 0))
  (elem (i32.const 0) func $f) (data (i32.const 8) "text")
  (func $f (export "run") (type 0) (local i64 f64)
    (loop (block (try_table (catch_all 0) (drop (call $i (local.get 0))))) (memory.fill (i32.const 0) (i32.const 1) (i32.const 9))
      (br_if 0 (i32.rem_u (local.get 0) (i32.const 3)))) (block (block (br_table 0 1 (local.get 0))))
    (drop (v128.const i32x4 1 2 3 4)) (drop (memory.grow (i32.const 1))) (call_indirect (type 0) (local.get 0) (i32.const 0))))`;

describe('damaged modules', async () => {
  const modules = await Promise.all([MIXED, ...Object.values(PROGRAMS)].map(coreModule));
  const small = modules.filter(({ length }) => length < 1_000);
  const isValid = (bytes: Uint8Array): boolean => WebAssembly.validate(new Uint8Array(bytes));

  /** What must hold of any bytes: refused in the one way that is allowed, or valid after metering exactly if before. */
  function check(bytes: Uint8Array): void {
    let output: Uint8Array | undefined;
    try {
      output = meter(bytes, 1_000).bytes;
    } catch (error) {
      if (!(error instanceof MeterError)) throw error;
    }
    if (output !== undefined) expect(isValid(output)).toBe(isValid(bytes));
  }

  test('P1: metering makes no module valid that was not, and none invalid that was', () => {
    const damaged = fc.constantFrom(...small).chain((module) =>
      fc.array(fc.tuple(fc.nat(module.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }).map((edits) => {
        const bytes = module.slice();
        for (const [at, value] of edits) bytes[at] = value;
        return bytes;
      }),
    );
    fc.assert(fc.property(damaged, check), { numRuns: 6_000 });
  });

  test('P2: nor does it with a byte taken out or put in', () => {
    const shifted = fc
      .constantFrom(...small)
      .chain((module) =>
        fc
          .tuple(fc.nat(module.length - 1), fc.option(fc.nat(255), { nil: undefined }))
          .map(([at, value]) =>
            Uint8Array.of(
              ...module.slice(0, at),
              ...(value === undefined ? [] : [value]),
              ...module.slice(value === undefined ? at + 1 : at),
            ),
          ),
      );
    fc.assert(fc.property(shifted, check), { numRuns: 3_000 });
  });

  test('P3: every truncation is refused, or a module of its own', () => {
    for (const module of small) for (let end = 0; end < module.length; end++) check(module.subarray(0, end));
  });
});
