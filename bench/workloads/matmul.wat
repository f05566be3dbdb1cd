;; Product of two matrices of 160 by 160 doubles: one hot inner loop. (run n): n times.
(module
  (memory 10) ;; a at 0, b at 204800, c at 409600
  (func $fill (local $i i32)
    (loop $next
      (f64.store (i32.shl (local.get $i) (i32.const 3))
        (f64.convert_i32_u (i32.rem_u (local.get $i) (i32.const 7))))
      (f64.store offset=204800 (i32.shl (local.get $i) (i32.const 3))
        (f64.convert_i32_u (i32.rem_u (local.get $i) (i32.const 5))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 25600)))))

  (func $multiply (local $i i32) (local $j i32) (local $k i32) (local $a i32) (local $b i32) (local $sum f64)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $sum (f64.const 0))
        (local.set $k (i32.const 0))
        (local.set $a (i32.mul (local.get $i) (i32.const 1280)))
        (local.set $b (i32.shl (local.get $j) (i32.const 3)))
        (loop $inner
          (local.set $sum (f64.add (local.get $sum)
            (f64.mul (f64.load (local.get $a)) (f64.load offset=204800 (local.get $b)))))
          (local.set $sum (f64.add (local.get $sum)
            (f64.mul (f64.load offset=8 (local.get $a)) (f64.load offset=206080 (local.get $b)))))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $b (i32.add (local.get $b) (i32.const 2560)))
          (br_if $inner (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 2))) (i32.const 160))))
        (f64.store offset=409600
          (i32.add (i32.mul (local.get $i) (i32.const 1280)) (i32.shl (local.get $j) (i32.const 3)))
          (local.get $sum))
        (br_if $columns (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 160))))
      (br_if $rows (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 160)))))

  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $sum f64)
    (call $fill)
    (loop $again
      (call $multiply)
      (local.set $sum (f64.add (local.get $sum) (f64.load offset=409600 (i32.shl (local.get $round) (i32.const 3)))))
      (f64.store (i32.shl (local.get $round) (i32.const 3))
        (f64.add (f64.load (i32.shl (local.get $round) (i32.const 3))) (f64.const 1)))
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (local.get $sum)))
