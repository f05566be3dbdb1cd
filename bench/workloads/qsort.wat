;; Quicksort of 65,536 random integers: short scanning loops inside of a loop, recursion. (run n): n times.
(module
  (memory 4)
  (global $seed (mut i32) (i32.const 12345))

  ;; Sorts the integers from address $low to address $high, both included.
  (func $sort (param $low i32) (param $high i32) (local $pivot i32) (local $i i32) (local $j i32) (local $swap i32)
    (block $done (loop $part
      (br_if $done (i32.ge_s (local.get $low) (local.get $high)))
      (local.set $pivot (i32.load (i32.and (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)) (i32.const -4))))
      (local.set $i (local.get $low))
      (local.set $j (local.get $high))
      (loop $scan
        (block $found (loop $up
          (br_if $found (i32.ge_s (i32.load (local.get $i)) (local.get $pivot)))
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br $up)))
        (block $found (loop $down
          (br_if $found (i32.le_s (i32.load (local.get $j)) (local.get $pivot)))
          (local.set $j (i32.sub (local.get $j) (i32.const 4)))
          (br $down)))
        (if (i32.le_s (local.get $i) (local.get $j)) (then
          (local.set $swap (i32.load (local.get $i)))
          (i32.store (local.get $i) (i32.load (local.get $j)))
          (i32.store (local.get $j) (local.get $swap))
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (local.set $j (i32.sub (local.get $j) (i32.const 4)))))
        (br_if $scan (i32.le_s (local.get $i) (local.get $j))))
      (if (i32.lt_s (i32.sub (local.get $j) (local.get $low)) (i32.sub (local.get $high) (local.get $i)))
        (then
          (call $sort (local.get $low) (local.get $j))
          (local.set $low (local.get $i)))
        (else
          (call $sort (local.get $i) (local.get $high))
          (local.set $high (local.get $j))))
      (br $part))))

  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $at i32) (local $sum f64)
    (loop $again
      (local.set $at (i32.const 0))
      (loop $fill
        (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
        (i32.store (local.get $at) (i32.shr_u (global.get $seed) (i32.const 8)))
        (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 262144))))
      (call $sort (i32.const 0) (i32.const 262140))
      (local.set $sum (f64.add (local.get $sum) (f64.convert_i32_s (i32.load (i32.const 308)))))
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (local.get $sum)))
