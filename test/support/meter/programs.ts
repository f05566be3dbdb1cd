/** Small programs for the tests of the meter: each exports `run`, and uses one part of the instruction set. */

export const PROGRAMS: Readonly<Record<string, string>> = {
  'recursive fib': `(module (func $fib (export "run") (param i32) (result i32) (local.set 0 (i32.rem_u (local.get 0) (i32.const 18)))
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0)) (else (i32.add
      (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`,
  'nested loops that take and give values': `(module (func (export "run") (param i32) (result i32) (local $i i32) (local $s i32)
    (loop $outer (block $skip (br_if $skip (i32.and (local.get $i) (i32.const 1)))
        (block (result i32 i32) (i32.const 3) (local.get $i)) (i32.add) (local.set $s (i32.add (local.get $s))))
      (i32.const 5) (loop $inner (param i32) (local.set $s (i32.add (local.get $s)))
        (i32.const 2) (br_if $inner (i32.lt_u (local.get $s) (i32.const 900))) (drop))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_u (local.get $i) (local.get 0)))) (local.get $s)))`,
  'loops that are left by return, branch and br_table': `(module (func (export "run") (param $n i32) (result i32) (local $i i32)
    (block $a (result i32) (block $b (block $c
      (loop $l
        (if (i32.eq (local.get $i) (i32.const 900)) (then (return (i32.const 77))))
        (if (i32.and (i32.eq (local.get $i) (local.get $n)) (i32.and (local.get $n) (i32.const 1))) (then
          (block (br $b))))
        (block $on (br_table $c $b $on (i32.sub (i32.const 700) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $i) (i32.add (local.get $n) (i32.const 5)))))
      (return (local.get $i)))
      (br $a (i32.const -1))) (i32.const -2))))`,
  'a loop whose turn costs more than an advance': `(module (memory 1) (func (export "run") (param i32) (result i32) (local $s i32)
    (loop $l ${'(local.set $s (i32.add (local.get $s) (i32.const 3))) '.repeat(2_000)}
      (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $l (i32.gt_s (local.get 0) (i32.const 0)))) (local.get $s)))`,
  'several results out of loops': `(module (func $two (param i32) (result i32 i64) (local $i i32)
      (loop $l (if (i32.gt_u (local.get $i) (i32.const 500)) (then (return (local.get $i) (i64.const 9))))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (local.get 0))))
      (local.get $i) (i64.const 2))
    (func (export "run") (param i32) (result i32) (call $two (local.get 0)) (i32.wrap_i64) (i32.mul)))`,
  'br_table dispatch': `(module (func (export "run") (param $n i32) (result i32) (local $a i32)
    (loop $next (block $d (block $c (block $b (block $a0 (br_table $a0 $b $c $d (i32.rem_u (local.get $n) (i32.const 5))))
      (local.set $a (i32.add (local.get $a) (i32.const 7)))) (local.set $a (i32.mul (local.get $a) (i32.const 3))))
      (local.set $a (i32.xor (local.get $a) (i32.const 0x55)))) (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (i32.gt_s (local.get $n) (i32.const 0)))) (local.get $a)))`,
  'free functions in a chain': `(module (func $a (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $b (param i32) (result i32) (call $a (call $a (local.get 0)))) (func $c (param i32) (result i32) (if (result i32) (local.get 0)
      (then (call $b (local.get 0))) (else (i32.const 4))))
    (func (export "run") (param i32) (result i32) (local $s i32) (loop $l (local.set $s (i32.add (local.get $s) (call $c (local.get 0))))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $l (i32.gt_s (local.get 0) (i32.const 0)))) (local.get $s)))`,
  'bulk memory and tables': `(module (memory (export "memory") 2) (table (export "table") 20 funcref) (elem $e func $f $f) (data $d "abcdefgh")
    (func $f (result i32) i32.const 5)
    (func (export "run") (param i32) (result i32)
      (memory.fill (i32.const 0) (local.get 0) (i32.const 5000)) (memory.copy (i32.const 6000) (i32.const 10) (i32.const 4000))
      (memory.init $d (i32.const 6100) (i32.const 0) (i32.and (local.get 0) (i32.const 7))) (data.drop $d)
      (table.init $e (i32.const 0) (i32.const 0) (i32.and (local.get 0) (i32.const 1))) (table.copy (i32.const 4) (i32.const 0) (i32.const 2))
      (table.fill (i32.const 8) (ref.func $f) (i32.const 4)) (drop (table.grow (ref.null func) (i32.const 3)))
      (i32.add (i32.load (i32.const 6100)) (i32.add (memory.grow (i32.const 1)) (call_indirect (result i32) (i32.const 9))))))`,
  'lengths beyond the end': `(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (memory.fill (i32.const 8) (i32.const 3) (i32.sub (i32.const 900) (i32.mul (local.get 0) (local.get 0)))) (i32.const 1)))`,
  'vectors, floats and 64-bit': `(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (v128.store (i32.const 16) (i32x4.mul (i32x4.splat (local.get 0)) (v128.const i32x4 1 2 3 4)))
      (v128.store8_lane 3 (i32.const 40) (v128.load32_splat (i32.const 16)))
      (i32.add (i32x4.extract_lane 2 (v128.load (i32.const 16)))
        (i32.wrap_i64 (i64.add (i64.const -9007199254740993) (i64.trunc_sat_f64_s (f64.mul (f64.const 1.5e9) (f64.convert_i32_s (local.get 0)))))))))`,
  'tail calls': `(module (func $loop (param i32 i32) (result i32) (if (result i32) (i32.eqz (local.get 0)) (then (local.get 1))
      (else (return_call $loop (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (local.get 0))))))
    (func (export "run") (param i32) (result i32) (return_call $loop (local.get 0) (i32.const 0))))`,
  'tail calls out of loops': `(module (type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) func $last)
    (func $last (type $t) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "run") (type $t) (local $i i32) (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (if (i32.gt_u (local.get $i) (local.get 0)) (then (return_call_indirect (type $t) (local.get $i) (i32.const 0)))) (br $l)) (unreachable)))`,
  exceptions: `(module (tag $t (param i32)) (func $thrower (param i32) (throw $t (local.get 0)))
    (func (export "run") (param i32) (result i32) (local $i i32) (local $s i32)
      (loop $again (local.set $s (i32.add (local.get $s) (block $caught (result i32)
        (try_table (catch $t $caught) (call $thrower (local.get $i))) (i32.const 0))))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $again (i32.lt_u (local.get $i) (local.get 0))))
      (local.get $s)))`,
  'exceptions that leave and enter loops': `(module (tag $t (param i32))
    (func $thrower (param i32) (loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 0) (i32.const 600))) (if (i32.and (local.get 0) (i32.const 3)) (then (throw $t (local.get 0))))))
    (func (export "run") (param i32) (result i32) (local $n i32)
      (loop $back (if (i32.gt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 20)) (then (return (local.get $n))))
        (try_table (catch_all $back) (loop $in (call $thrower (i32.add (local.get 0) (local.get $n)))
          (br_if $in (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 12))))))
      (local.get $n)))`,
  'typed references and 64-bit memory': `(module (type $f (func (result i32))) (memory (export "memory") i64 1) (func $g (type $f) i32.const 4)
    (elem declare func $g)
    (func (export "run") (param i32) (result i32) (memory.fill (i64.const 0) (local.get 0) (i64.const 300))
      (memory.copy (i64.const 400) (i64.const 0) (i64.const 200)) (drop (memory.grow (i64.const 1)))
      (block $null (drop (br_on_null $null (ref.func $g))))
      (i32.add (call_ref $f (ref.func $g)) (i32.load8_u (i64.const 410)))))`,
  'several memories': `(module (memory $a (export "a") 1) (memory $b (export "b") 1) (func (export "run") (param i32) (result i32)
      (i32.store $b (i32.const 8) (local.get 0)) (memory.copy $a $b (i32.const 0) (i32.const 0) (i32.const 64))
      (drop (memory.grow $b (i32.const 2))) (i32.load $a (i32.const 8))))`,
  traps: `(module (memory 1) (func (export "run") (param i32) (result i32) (local $i i32)
      (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (local.get 0))))
      (i32.div_u (i32.load (i32.mul (local.get 0) (i32.const 100))) (i32.rem_u (local.get 0) (i32.const 5)))))`,
};
