;; The sieve of Eratosthenes over 256 KiB: short loops over memory, no calls. (run n): n times.
(module
  (memory 5)
  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $i i32) (local $j i32) (local $count i32)
    (loop $again
      (local.set $i (i32.const 0))
      (loop $clear
        (i32.store8 (local.get $i) (i32.const 1))
        (br_if $clear (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 262144))))
      (local.set $i (i32.const 2))
      (loop $primes
        (if (i32.load8_u (local.get $i)) (then
          (local.set $j (i32.mul (local.get $i) (local.get $i)))
          (loop $multiples
            (i32.store8 (local.get $j) (i32.const 0))
            (br_if $multiples
              (i32.lt_u (local.tee $j (i32.add (local.get $j) (local.get $i))) (i32.const 262144))))))
        (br_if $primes (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 512))))
      (local.set $i (i32.const 2))
      (loop $sum
        (local.set $count (i32.add (local.get $count) (i32.ne (i32.load8_u (local.get $i)) (i32.const 0))))
        (br_if $sum (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 262144))))
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (f64.convert_i32_s (local.get $count))))
