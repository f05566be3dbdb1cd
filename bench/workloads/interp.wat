;; An interpreter of made-up byte code, a linked list, a checksum: dispatch, indirect calls, dependent loads.
;; (run n): n times 20,000 byte codes, 4,000 links, 1,500 checksum steps.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (memory 1) ;; code at 0, list at 1024: 512 nodes of next and value
  (table funcref (elem $add $xor $mul))
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $xor (type $binary) (i32.xor (local.get 0) (local.get 1)))
  (func $mul (type $binary) (i32.add (i32.mul (local.get 0) (local.get 1)) (i32.const 1)))

  (func $checksum (param $sum i32) (param $byte i32) (result i32) (local $i i32) (local $bit i32)
    (loop $bits
      (local.set $bit (i32.and (i32.xor (local.get $sum) (local.get $byte)) (i32.const 1)))
      (local.set $sum (i32.shr_u (local.get $sum) (i32.const 1)))
      (local.set $byte (i32.shr_u (local.get $byte) (i32.const 1)))
      (local.set $sum (select (i32.xor (local.get $sum) (i32.const 0xa001)) (local.get $sum) (local.get $bit)))
      (br_if $bits (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (local.get $sum))

  (func $machine (param $steps i32) (result i32) (local $a i32) (local $b i32) (local $c i32) (local $pc i32)
    (local.set $a (i32.const 1))
    (local.set $b (i32.const 2))
    (loop $step
      (block $next (block $default (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
        (br_table $0 $1 $2 $3 $4 $5 $6 $default (i32.load8_u (i32.and (local.get $pc) (i32.const 255)))))
        (local.set $a (i32.add (local.get $a) (local.get $b))) (br $next))
        (local.set $b (i32.xor (local.get $b) (local.get $a))) (br $next))
        (local.set $c (i32.add (local.get $c) (i32.shr_s (local.get $a) (i32.const 1)))) (br $next))
        (local.set $a (i32.sub (local.get $a) (local.get $c))) (br $next))
        (local.set $b (i32.or (i32.shl (local.get $b) (i32.const 1)) (i32.shr_u (local.get $b) (i32.const 31)))) (br $next))
        (local.set $pc (i32.add (local.get $pc) (i32.mul (i32.and (local.get $a) (i32.const 1)) (i32.const 3)))) (br $next))
        (local.set $a (call_indirect (type $binary) (local.get $a) (local.get $b)
          (i32.rem_u (local.get $c) (i32.const 3)))) (br $next))
        (local.set $c (i32.xor (local.get $c) (local.get $pc))))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (br_if $step (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (i32.add (i32.add (local.get $a) (local.get $b)) (local.get $c)))

  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $i i32) (local $node i32) (local $sum i32)
    (loop $code
      (i32.store8 (local.get $i) (i32.rem_u (i32.add (i32.mul (local.get $i) (i32.const 7)) (i32.const 3)) (i32.const 8)))
      (br_if $code (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 256))))
    (local.set $i (i32.const 0))
    (loop $list
      (local.set $node (i32.add (i32.const 1024) (i32.shl (local.get $i) (i32.const 3))))
      (i32.store (local.get $node) (i32.add (i32.const 1024)
        (i32.shl (i32.and (i32.add (i32.mul (local.get $i) (i32.const 77)) (i32.const 1)) (i32.const 511)) (i32.const 3))))
      (i32.store offset=4 (local.get $node) (local.get $i))
      (br_if $list (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 512))))
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (call $machine (i32.const 20000))))
      (local.set $node (i32.const 1024))
      (local.set $i (i32.const 0))
      (loop $links
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $node))))
        (local.set $node (i32.load (local.get $node)))
        (br_if $links (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4000))))
      (local.set $i (i32.const 0))
      (loop $checksums
        (local.set $sum (i32.add (call $checksum (local.get $sum) (i32.and (local.get $i) (i32.const 255)))
          (i32.shl (local.get $sum) (i32.const 16))))
        (br_if $checksums (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1500))))
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (f64.convert_i32_u (local.get $sum))))
