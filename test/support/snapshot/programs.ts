/** Small programs for the tests of snapshots: each changes state in one way, by functions whose names begin with `run`. */
import type { Host } from './slots.ts';

export interface Program {
  readonly modules: readonly string[];
  readonly host?: Host;
  /** What comes of a slot of it after calls. */
  readonly expected: 'restored' | 'either' | 'thrown away';
}

const restored = (...modules: string[]): Program => ({ modules, expected: 'restored' });

/** Every store of one width, each near the end of a page of 4 KiB, from address `arg` on. */
function stores(address: 'i32' | 'i64', memory: string): string {
  const at = address === 'i32' ? '(local.get 0)' : '(i64.extend_i32_u (local.get 0))';
  const value = { i32: '(i32.const -2)', i64: '(i64.const -3)', f32: '(f32.const 1.5)', f64: '(f64.const -2.5)' };
  const all = [
    ...['i32.store', 'i32.store8', 'i32.store16', 'i64.store', 'i64.store8', 'i64.store16', 'i64.store32'],
    ...['f32.store', 'f64.store'],
  ];
  const functions = all.map((op, index) => {
    const operand = value[op.slice(0, 3) as keyof typeof value]; // the type begins the name
    return `(func (export "run ${op}") (param i32) (${op} offset=${index * 4093} ${at} ${operand}))`;
  });
  const lanes = [8, 16, 32, 64].map(
    (bits, index) =>
      `(func (export "run lane ${bits}") (param i32)
        (v128.store${bits}_lane offset=${8190 + index} 1 ${at} (v128.const i64x2 -1 -1)))`,
  );
  return `(module ${memory} ${functions.join('\n')} ${lanes.join('\n')}
    (func (export "run vector") (param i32) (v128.store offset=4081 ${at} (v128.const i64x2 -5 -6)))
    (func (export "run last bytes") (param i32) (i64.store offset=65528 ${at.replace('(local.get 0)', '(i32.and (local.get 0) (i32.const 1))')} (i64.const -1)))
    (func (export "run read") (param i32) (result i64) (i64.load offset=4090 ${at})))`;
}

function bulk(address: 'i32' | 'i64', memory: string): string {
  const at = address === 'i32' ? '(local.get 0)' : '(i64.extend_i32_u (local.get 0))';
  const n = (value: number): string => `(${address}.const ${value})`;
  return `(module ${memory} (data $d "some bytes that are copied")
    (func (export "run fill") (param i32) (memory.fill ${at} (local.get 0) ${n(4097)}))
    (func (export "run fill nothing") (param i32) (memory.fill ${at} (i32.const 7) ${n(0)}))
    (func (export "run fill one") (param i32) (memory.fill ${at} (i32.const 7) ${n(1)}))
    (func (export "run fill too much") (param i32) (memory.fill ${at} (i32.const 7) ${n(2 ** 31 - 1)}))
    (func (export "run copy") (param i32) (memory.fill ${n(40_000)} (i32.const 9) ${n(9_000)})
      (memory.copy ${at} ${n(40_000)} ${n(8_500)}))
    (func (export "run init") (param i32) (memory.init $d ${at} (i32.const 1) (i32.const 20)))
    (func (export "run init too much") (param i32) (memory.init $d ${at} (i32.const 20) (i32.const 20))))`;
}

const TABLES = `(module (type $f (func (result i32))) (table $t 6 20 funcref) (table $u 3 funcref) (table $x 2 externref)
  (func $a (type $f) (i32.const 1)) (func $b (type $f) (i32.const 2)) (func $c (type $f) (i32.const 3))
  (elem (table $t) (i32.const 0) func $a $b $a) (elem $e func $c $b $c)
  (func (export "run set") (param i32) (table.set $t (i32.rem_u (local.get 0) (i32.const 6)) (ref.func $c)))
  (func (export "run clear") (param i32) (table.set $t (i32.rem_u (local.get 0) (i32.const 3)) (ref.null func)))
  (func (export "run fill") (param i32) (table.fill $u (i32.const 1) (ref.func $b) (i32.const 2)))
  (func (export "run copy") (param i32) (table.copy $u $t (i32.const 0) (i32.const 0) (i32.const 3)))
  (func (export "run init") (param i32) (table.init $t $e (i32.const 2) (i32.const 0) (i32.const 3)))
  (func (export "run call") (param i32) (result i32)
    (call_indirect $t (type $f) (i32.rem_u (local.get 0) (i32.const 4)))))`;

const GLOBALS = `(module (type $f (func (result i32)))
  (global $i (mut i32) (i32.const 5)) (global $l (mut i64) (i64.const -6)) (global $f (mut f32) (f32.const -0))
  (global $d (mut f64) (f64.const nan:0x8000000000001)) (global $v (mut v128) (v128.const i32x4 1 2 3 4))
  (global $r (mut funcref) (ref.func $a)) (global $t (mut (ref null $f)) (ref.null $f)) (global $x (mut externref) (ref.null extern))
  (global $constant i32 (i32.const 9)) (global $never (mut i32) (i32.const 1))
  (func $a (type $f) (i32.const 1)) (func $b (type $f) (i32.const 2)) (elem declare func $b)
  (func (export "run ints") (param i32) (result i32) (global.set $i (i32.add (global.get $i) (local.get 0)))
    (global.set $l (i64.mul (global.get $l) (i64.const 3))) (global.get $i))
  (func (export "run floats") (param i32) (global.set $f (f32.sub (global.get $f) (f32.const 1)))
    (global.set $d (f64.const 2)))
  (func (export "run vector") (param i32) (global.set $v (i32x4.add (global.get $v) (i32x4.splat (local.get 0)))))
  (func (export "run references") (param i32) (result i32) (ref.is_null (global.get $t))
    (global.set $r (ref.func $b)) (global.set $t (ref.func $b))))`;

export const PROGRAMS: Readonly<Record<string, Program>> = {
  'stores of every width': restored(stores('i32', '(memory 2)')),
  'stores with 64-bit addresses': restored(stores('i64', '(memory i64 2)')),
  'bulk instructions': restored(bulk('i32', '(memory 2)')),
  'bulk instructions with 64-bit addresses': restored(bulk('i64', '(memory i64 2)')),
  'offsets that overflow': restored(`(module (memory 1)
    (func (export "run a") (param i32) (i32.store offset=4294967292 (local.get 0) (i32.const 1)))
    (func (export "run b") (param i32) (i32.store offset=268435455 (i32.sub (i32.const 0) (local.get 0)) (i32.const 1)))
    (func (export "run c") (param i32) (i32.store (i32.const -4) (i32.const 1)))
    (func (export "run d") (param i32) (i32.store8 offset=65535 (i32.and (local.get 0) (i32.const 1)) (i32.const 1))))`),
  '64-bit offsets that overflow': restored(`(module (memory i64 1)
    (func (export "run a") (param i32) (i32.store offset=18446744073709551612 (i64.extend_i32_u (local.get 0)) (i32.const 1)))
    (func (export "run b") (param i32) (i32.store (i64.const 0x1000000001000) (i32.const 1)))
    (func (export "run c") (param i32) (memory.fill (i64.const 0x100000000) (i32.const 1) (i64.extend_i32_u (local.get 0))))
    (func (export "run d") (param i32) (memory.fill (i64.const 0) (i32.const 1) (i64.const 0x100000001))))`),
  tables: restored(TABLES),
  'tables with 64-bit indices': restored(`(module (table $t i64 3 funcref) (func $a) (elem declare func $a)
    (func (export "run") (param i32) (table.set $t (i64.const 1) (ref.func $a))))`),
  globals: restored(GLOBALS),
  'references of the host': {
    modules: [
      `(module (import "h" "object" (func $o (result externref))) (global $x (mut externref) (ref.null extern)) (table $t 2 externref)
      (func (export "run") (param i32) (result i32) (local $was i32)
        (local.set $was (i32.add (ref.is_null (global.get $x)) (ref.is_null (table.get $t (i32.const 1)))))
        (global.set $x (call $o)) (table.set $t (i32.const 1) (call $o)) (local.get $was)))`,
    ],
    host: () => ({ object: () => ({}) }),
    expected: 'restored',
  },
  'traps in the middle': restored(`(module (memory 1) (global $g (mut i32) (i32.const 0))
    (func (export "run") (param i32) (result i32) (i32.store (i32.const 5000) (local.get 0)) (global.set $g (local.get 0))
      (i32.store offset=60000 (local.get 0) (i32.const 4)) (i32.div_u (i32.const 7) (i32.and (local.get 0) (i32.const 1)))))`),
  'exceptions that are caught': restored(`(module (memory 1) (tag $t (param i32))
    (func $thrower (param i32) (i32.store (i32.const 9000) (local.get 0)) (throw $t (local.get 0)))
    (func (export "run") (param i32) (result i32) (block $caught (result i32)
      (try_table (catch $t $caught) (call $thrower (local.get 0))) (i32.const 0))
      (i32.store (i32.const 100) (i32.const 1)) (i32.add (i32.load (i32.const 9000)))))`),
  'memory that grows': {
    modules: [
      `(module (memory 1 4) (func (export "run grow") (param i32) (result i32) (memory.grow (i32.and (local.get 0) (i32.const 1))))
      (func (export "run store") (param i32) (i32.store offset=65530 (local.get 0) (i32.const 1))))`,
    ],
    expected: 'either',
  },
  'memory that always grows': {
    modules: ['(module (memory 1 4) (func (export "run") (param i32) (result i32) (memory.grow (i32.const 1))))'],
    expected: 'thrown away',
  },
  'memory that cannot grow': restored(
    '(module (memory 1 1) (func (export "run") (param i32) (result i32) (memory.grow (i32.const 1))))',
  ),
  'a table that grows': {
    modules: [
      '(module (table $t 1 4 funcref) (func (export "run") (param i32) (result i32) (table.grow $t (ref.null func) (i32.const 1))))',
    ],
    expected: 'thrown away',
  },
  'state that starting makes':
    restored(`(module (memory 1 9) (table $t 1 9 funcref) (global $g (mut i32) (i32.const 0)) (func $f) (elem declare func $f)
    (func (export "init") (global.set $g (i32.const 42)) (drop (memory.grow (i32.const 2)))
      (drop (table.grow $t (ref.func $f) (i32.const 3))) (i32.store offset=150000 (i32.const 0) (i32.const 77)))
    (func (export "run") (param i32) (result i32) (i32.add (global.get $g) (i32.load offset=150000 (i32.const 0)))
      (global.set $g (local.get 0)) (i32.store offset=150000 (i32.const 0) (i32.const 0)) (table.set $t (i32.const 2) (ref.null func))))`),
  'memory, table and global of another module': restored(
    `(module (memory (export "m") 2) (table (export "t") 4 funcref) (global (export "g") (mut i32) (i32.const 7))
      (func (export "run own") (param i32) (result i32) (i32.add (global.get 0) (i32.load (local.get 0)))))`,
    `(module (import "0" "m" (memory 2)) (import "0" "t" (table $t 4 funcref)) (import "0" "g" (global $g (mut i32))) (func $f)
      (elem declare func $f) (data (i32.const 12) "linked") (elem (i32.const 3) func $f)
      (func (export "run store") (param i32) (i32.store offset=4094 (local.get 0) (i32.const 1)))
      (func (export "run fill") (param i32) (memory.fill (local.get 0) (i32.const 1) (i32.const 5000)))
      (func (export "run table") (param i32) (table.set $t (i32.const 1) (ref.func $f)))
      (func (export "run global") (param i32) (global.set $g (local.get 0))))`,
    `(module (import "0" "m" (memory 1)) (func (export "run third") (param i32) (f64.store offset=70000 (local.get 0) (f64.const 3))))`,
  ),
  'a table that others fill while they are linked': restored(
    '(module (type $f (func (result i32))) (table (export "t") 2 funcref) (func (export "run") (param i32) (result i32) (call_indirect (type $f) (i32.const 1))))',
    '(module (import "0" "t" (table 2 funcref)) (func $f (result i32) (i32.const 5)) (elem (i32.const 1) func $f))',
  ),
  'a host that writes, throws and calls back': {
    modules: [
      `(module (import "h" "write" (func $write (param i32))) (import "h" "boom" (func $boom)) (import "h" "again" (func $again (param i32)))
      (memory (export "m") 1) (global $g (mut i32) (i32.const 0))
      (func (export "run write") (param i32) (result i32) (call $write (local.get 0)) (i32.load8_u (local.get 0)))
      (func (export "run boom") (param i32) (global.set $g (local.get 0)) (i32.store (i32.const 30000) (i32.const 1)) (call $boom))
      (func (export "inner") (param i32) (global.set $g (i32.add (global.get $g) (i32.const 10))) (i32.store (i32.const 50000) (i32.const 1)))
      (func (export "run again") (param i32) (result i32) (call $again (local.get 0)) (global.get $g)))`,
    ],
    host: (slot) => ({
      write: (address = 0) => slot.write(address, 99),
      boom: () => {
        throw new Error('boom');
      },
      again: (argument = 0) => slot.call('inner', argument),
    }),
    expected: 'restored',
  },
};
