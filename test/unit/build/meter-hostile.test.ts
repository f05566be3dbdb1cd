/** The meter on damaged and malicious core modules. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MeterError } from '../../../src/build/meter/reader.ts';
import { meter } from '../../../src/build/meter/rewrite.ts';
import { coreModule } from '../../support/build-fixtures.ts';

const MODULE = await coreModule(`(module (type (func (param i32) (result i32))) (import "a" "b" (func $i (type 0)))
  (memory 1 4) (table 4 funcref) (global $g (mut i32) (i32.const 3)) (tag $t (param i32)) (export "m" (memory 0))
  (elem (i32.const 0) func $f) (data (i32.const 8) "text")
  (func $f (export "run") (type 0) (local i64 f64)
    (loop (block (try_table (catch_all 0) (drop (call $i (local.get 0))))) (memory.fill (i32.const 0) (i32.const 1) (i32.const 9))
      (br_if 0 (i32.rem_u (local.get 0) (i32.const 3)))) (block (block (br_table 0 1 (local.get 0))))
    (drop (v128.const i32x4 1 2 3 4)) (drop (memory.grow (i32.const 1))) (call_indirect (type 0) (local.get 0) (i32.const 0))))`);

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The rewritten bytes, or undefined when they are refused in the one way that is allowed. */
function attempt(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    return meter(bytes, 1_000).bytes as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (error instanceof MeterError) return undefined;
    throw error;
  }
}

function refusal(...sections: number[]): string {
  try {
    meter(Uint8Array.of(...PREAMBLE, ...sections), 1_000);
  } catch (error) {
    if (error instanceof MeterError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('hostile core modules', () => {
  test('P1: any damage is a MeterError, or the result is valid if the input was', () => {
    const damage = fc.array(fc.tuple(fc.nat(MODULE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, (edits) => {
        const bytes = MODULE.slice();
        for (const [at, value] of edits) bytes[at] = value;
        const output = attempt(bytes);
        if (output !== undefined && WebAssembly.validate(bytes)) expect(WebAssembly.validate(output)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('P2: every truncation is refused', () => {
    expect(attempt(MODULE)).toBeDefined();
    const ends = new Set<number>();
    for (let end = 0; end < MODULE.length; end++) if (attempt(MODULE.subarray(0, end)) !== undefined) ends.add(end);
    // Only the places between two sections are left, where a module may end as far as this reader can tell.
    for (const end of ends) expect(WebAssembly.validate(MODULE.subarray(0, end))).toBe(true);
  });

  test.each([
    ['a section twice', [1, 1, 0, 1, 1, 0], 'comes twice'],
    ['sections out of order', [2, 1, 0, 1, 1, 0], 'out of order'],
    ['an unknown section', [99, 0], 'unknown section 99'],
    ['a section longer than the file', [1, 20, 0], 'more section bytes than bytes'],
    ['a count that cannot fit', [1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f], 'more types than bytes'],
    ['a number of six bytes', [1, 7, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0], 'longer than 32 bits'],
    ['a number above 32 bits', [1, 5, 0xff, 0xff, 0xff, 0xff, 0x1f], 'longer than 32 bits'],
    ['bytes after the entries', [1, 2, 0, 0], 'left over'],
    ['a function of an unknown type', [3, 2, 1, 5], 'unknown type'],
    ['functions without bodies', [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0], 'without bodies'],
    ['more bodies than functions', [10, 4, 1, 2, 0, 0x0b], 'not the number of functions'],
    [
      'a body that goes on after its end',
      [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x0b, 1, 0x0b],
      'code follows the end',
    ],
    ['a body without an end', [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 1, 1], 'does not end'],
    [
      'an unknown instruction',
      [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0x27, 0x0b],
      'unknown instruction 0x27',
    ],
    [
      'four billion locals',
      [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 10, 1, 8, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b],
      'more than 50000 locals',
    ],
    ['a name that is not UTF-8', [7, 5, 1, 1, 0xff, 3, 0], 'not UTF-8'],
  ])('refuses %s', (_, sections, reason) => {
    expect(refusal(...sections)).toContain(reason);
  });

  test('refuses blocks nested without end', () => {
    const depth = 20_000;
    const leb = (value: number) => [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, (value >> 14) & 0x7f];
    const body = [0, ...Array(depth).fill([0x02, 0x40]).flat(), ...Array(depth + 1).fill(0x0b)];
    const code = [1, ...leb(body.length), ...body];
    expect(refusal(1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, ...leb(code.length), ...code)).toContain('nested more than');
  });
});
