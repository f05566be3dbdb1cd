;; Compression rounds in the manner of SHA-256 over 64 KiB: long straight-line loop bodies. (run n): n times. The round
;; constants are made up.
(module
  (memory 2) ;; input at 0, message schedule at 65536, constants at 66048, state at 66560
  (func $compress (param $block i32)
    (local $i i32) (local $x i32) (local $y i32) (local $t i32) (local $u i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (loop $words
      (i32.store offset=65536 (local.get $i)
        (i32.or
          (i32.or (i32.shl (i32.load8_u (local.tee $x (i32.add (local.get $block) (local.get $i)))) (i32.const 24))
            (i32.shl (i32.load8_u offset=1 (local.get $x)) (i32.const 16)))
          (i32.or (i32.shl (i32.load8_u offset=2 (local.get $x)) (i32.const 8)) (i32.load8_u offset=3 (local.get $x)))))
      (br_if $words (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 64))))
    (loop $schedule
      (local.set $x (i32.load offset=65476 (local.get $i)))
      (local.set $y (i32.load offset=65528 (local.get $i)))
      (i32.store offset=65536 (local.get $i)
        (i32.add
          (i32.add (i32.load offset=65472 (local.get $i))
            (i32.xor (i32.xor (i32.rotr (local.get $x) (i32.const 7)) (i32.rotr (local.get $x) (i32.const 18)))
              (i32.shr_u (local.get $x) (i32.const 3))))
          (i32.add (i32.load offset=65508 (local.get $i))
            (i32.xor (i32.xor (i32.rotr (local.get $y) (i32.const 17)) (i32.rotr (local.get $y) (i32.const 19)))
              (i32.shr_u (local.get $y) (i32.const 10))))))
      (br_if $schedule (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 256))))
    (local.set $a (i32.load offset=66560 (i32.const 0)))
    (local.set $b (i32.load offset=66564 (i32.const 0)))
    (local.set $c (i32.load offset=66568 (i32.const 0)))
    (local.set $d (i32.load offset=66572 (i32.const 0)))
    (local.set $e (i32.load offset=66576 (i32.const 0)))
    (local.set $f (i32.load offset=66580 (i32.const 0)))
    (local.set $g (i32.load offset=66584 (i32.const 0)))
    (local.set $h (i32.load offset=66588 (i32.const 0)))
    (local.set $i (i32.const 0))
    (loop $rounds
      (local.set $t (i32.add
        (i32.add (i32.add (local.get $h)
            (i32.xor (i32.xor (i32.rotr (local.get $e) (i32.const 6)) (i32.rotr (local.get $e) (i32.const 11)))
              (i32.rotr (local.get $e) (i32.const 25))))
          (i32.xor (i32.and (local.get $e) (local.get $f))
            (i32.and (i32.xor (local.get $e) (i32.const -1)) (local.get $g))))
        (i32.add (i32.load offset=66048 (local.get $i)) (i32.load offset=65536 (local.get $i)))))
      (local.set $u (i32.add
        (i32.xor (i32.xor (i32.rotr (local.get $a) (i32.const 2)) (i32.rotr (local.get $a) (i32.const 13)))
          (i32.rotr (local.get $a) (i32.const 22)))
        (i32.xor (i32.xor (i32.and (local.get $a) (local.get $b)) (i32.and (local.get $a) (local.get $c)))
          (i32.and (local.get $b) (local.get $c)))))
      (local.set $h (local.get $g))
      (local.set $g (local.get $f))
      (local.set $f (local.get $e))
      (local.set $e (i32.add (local.get $d) (local.get $t)))
      (local.set $d (local.get $c))
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (i32.add (local.get $t) (local.get $u)))
      (br_if $rounds (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 256))))
    (i32.store offset=66560 (i32.const 0) (i32.add (i32.load offset=66560 (i32.const 0)) (local.get $a)))
    (i32.store offset=66564 (i32.const 0) (i32.add (i32.load offset=66564 (i32.const 0)) (local.get $b)))
    (i32.store offset=66568 (i32.const 0) (i32.add (i32.load offset=66568 (i32.const 0)) (local.get $c)))
    (i32.store offset=66572 (i32.const 0) (i32.add (i32.load offset=66572 (i32.const 0)) (local.get $d)))
    (i32.store offset=66576 (i32.const 0) (i32.add (i32.load offset=66576 (i32.const 0)) (local.get $e)))
    (i32.store offset=66580 (i32.const 0) (i32.add (i32.load offset=66580 (i32.const 0)) (local.get $f)))
    (i32.store offset=66584 (i32.const 0) (i32.add (i32.load offset=66584 (i32.const 0)) (local.get $g)))
    (i32.store offset=66588 (i32.const 0) (i32.add (i32.load offset=66588 (i32.const 0)) (local.get $h))))

  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $at i32)
    (loop $constants
      (i32.store offset=66048 (local.get $at) (i32.mul (i32.add (local.get $at) (i32.const 7)) (i32.const 0x9e3779b1)))
      (br_if $constants (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 256))))
    (local.set $at (i32.const 0))
    (loop $input
      (i32.store8 (local.get $at) (i32.mul (local.get $at) (i32.const 31)))
      (br_if $input (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 65536))))
    (loop $again
      (local.set $at (i32.const 0))
      (loop $blocks
        (call $compress (local.get $at))
        (br_if $blocks (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (i32.const 65536))))
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (f64.convert_i32_u (i32.load offset=66560 (i32.const 0)))))
