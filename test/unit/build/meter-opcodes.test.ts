/** The opcode table against V8: every instruction that V8 takes is taken or refused by name, and no other is. */
import { describe, expect, test } from 'vitest';
import { MeterError } from '../../../src/build/meter/reader.ts';
import { meter } from '../../../src/build/meter/rewrite.ts';
import { MISC_EFFECTS, STACK_EFFECTS, VECTOR_EFFECTS } from '../../../src/build/meter/stack-effects.ts';
import { leb } from '../../support/component-fixtures.ts';

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

/** One memory, table, global, tag, element and data segment, and a function of this code between two `unreachable`. */
function moduleOf(code: readonly number[], around: readonly number[] = [0x00]): Uint8Array<ArrayBuffer> {
  const body = [1, 2, 0x7f, ...around, ...code, ...around, 0x0b];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(4, [1, 0x70, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(13, [1, 0, 0]),
    ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
    ...section(9, [1, 3, 0, 1, 0]),
    ...section(12, [1]),
    ...section(10, [1, ...leb(body.length), ...body]),
    ...section(11, [1, 1, 1, 0x61]),
  );
}

/** Immediates that some instruction has: zeros of every number, a block, a typed select, a constant. */
const IMMEDIATES: readonly (readonly number[])[] = [
  ...[0, 1, 2, 3].map((count) => Array<number>(count).fill(0)),
  ...[4, 8, 16].map((count) => Array<number>(count).fill(0)),
  [0x40, 0x0b],
  [0x40, 0x00, 0x0b],
  [0x40, 0, 0x0b],
  [0x40, 0x19, 0x0b],
  [1, 0x7f],
  [0x70],
  [0, 0, 0],
  [3, 0],
  [2, 0],
  [1, 0],
  [3, 0, 0],
  [2, 0, 0],
  [1, 0, 0],
  [4, 0],
];

type Taken = 'taken' | 'refused' | 'unknown';

/** What the meter says of an opcode with any of the immediates: some code is taken, or its kind is refused by name. */
function meterOf(codes: readonly (readonly number[])[]): Taken {
  let answer: Taken = 'unknown';
  for (const code of codes) {
    try {
      meter(moduleOf(code), 0);
      return 'taken';
    } catch (error) {
      if (!(error instanceof MeterError)) throw error;
      if (error.message.includes('not supported')) answer = 'refused';
    }
  }
  return answer;
}

const isValid = (code: readonly number[]): boolean => WebAssembly.validate(moduleOf(code));

describe('of all opcodes', () => {
  const codesOf = (prefix: readonly number[]) => IMMEDIATES.map((immediates) => [...prefix, ...immediates]);
  const rows: [string, number[]][] = [];
  for (let op = 0; op < 0xfb; op++) rows.push([`0x${op.toString(16)}`, [op]]);
  for (let sub = 0; sub < 40; sub++) rows.push([`0xfc ${sub}`, [0xfc, ...leb(sub)]]);
  for (let sub = 0; sub < 0x140; sub++) rows.push([`0xfd ${sub}`, [0xfd, ...leb(sub)]]);

  test('whatever V8 takes the meter takes, byte for byte, and what it takes is valid', () => {
    const wrong: string[] = [];
    let taken = 0;
    for (const [name, prefix] of rows) {
      for (const code of codesOf(prefix)) {
        if (!isValid(code)) continue;
        const answer = meterOf([code]);
        if (answer === 'taken') {
          taken++;
          const { bytes } = meter(moduleOf(code), 0);
          if (!WebAssembly.validate(new Uint8Array(bytes))) wrong.push(`${name}: the result is not valid`);
        } else if (!(answer === 'refused' && name === '0xd3')) wrong.push(`${name} with ${code} is ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(450);
  });

  test('what V8 does not know the meter does not know', () => {
    // Instructions that stand in other places than here, and wide arithmetic, which V8 does not have yet.
    const elsewhere = new Set([
      '0x5',
      '0x7',
      '0xb',
      '0x18',
      '0x19',
      '0x9',
      '0xa',
      '0xd0',
      '0xd5',
      '0xd6',
      '0x14',
      '0x15',
      '0xd4',
      ...[19, 20, 21, 22].map((sub) => `0xfc ${sub}`),
    ]);
    const surplus = rows.filter(
      ([name, prefix]) =>
        meterOf(codesOf(prefix)) === 'taken' && !codesOf(prefix).some(isValid) && !elsewhere.has(name),
    );
    expect(surplus.map(([name]) => name)).toEqual([]);
  });

  test('what an instruction does to the height of the operand stack is what V8 says', () => {
    const drop = 0x1a;
    const constants = [
      [0x41, 0],
      [0x42, 0],
      [0x43, 0, 0, 0, 0],
      [0x44, ...Array<number>(8).fill(0)],
      [0xd0, 0x70],
    ];
    const vector = [0xfd, 12, ...Array<number>(16).fill(0)];
    let stacks: number[][][] = [[]];
    const all = [...stacks];
    for (let height = 1; height <= 3; height++) {
      stacks = stacks.flatMap((stack) => [...constants, vector].map((constant) => [...stack, constant]));
      all.push(...stacks);
    }
    const hasEffect = (code: readonly number[], effect: number) =>
      all.some((stack) => {
        const left = stack.length + effect;
        return (
          left >= 0 && WebAssembly.validate(moduleOf([...stack.flat(), ...code, ...Array<number>(left).fill(drop)], []))
        );
      });
    const wrong: string[] = [];
    let checked = 0;
    for (const [name, prefix] of rows) {
      const [op = 0] = prefix;
      const sub = Number(name.split(' ')[1] ?? 0);
      const isSpecial = op < 0x1a && op !== 0x01;
      if (isSpecial || op === 0x1f || (op > 0xd2 && op < 0xfb)) continue;
      const effect = op < 0xfb ? STACK_EFFECTS[op] : (op === 0xfc ? MISC_EFFECTS : VECTOR_EFFECTS)[sub];
      const codes = codesOf(prefix).filter(isValid);
      if (codes.length === 0) continue;
      checked++;
      if (!codes.some((code) => hasEffect(code, effect ?? 0))) wrong.push(`${name}: ${effect}`);
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(420);
  });

  test('threads and garbage collection are refused by name', () => {
    for (let sub = 0; sub < 0x50; sub++) {
      expect(meterOf([[0xfe, ...leb(sub), 2, 0]])).toBe('refused');
      expect(meterOf([[0xfb, ...leb(sub), 0, 0]])).toBe('refused');
    }
  });
});

describe('legacy exceptions', () => {
  test.each([
    ['try … end', [0x06, 0x40, 0x01, 0x0b]],
    ['try … catch … catch_all', [0x06, 0x40, 0x01, 0x07, 0, 0x01, 0x19, 0x01, 0x0b]],
    ['rethrow', [0x06, 0x40, 0x01, 0x07, 0, 0x09, 0, 0x0b]],
    ['delegate', [0x06, 0x40, 0x06, 0x40, 0x01, 0x18, 0, 0x0b]],
    ['delegate out of a loop', [0x06, 0x40, 0x03, 0x40, 0x06, 0x40, 0x01, 0x18, 1, 0x0b, 0x19, 0x0b]],
    ['rethrow out of a loop', [0x06, 0x40, 0x19, 0x03, 0x40, 0x09, 1, 0x0b, 0x0b]],
  ])('%s is followed', (_, code) => {
    expect(isValid(code)).toBe(true);
    const { bytes, features } = meter(moduleOf(code), 0);
    expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(true);
    expect(features).toContain('legacy-exceptions');
  });
});
