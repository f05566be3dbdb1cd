;; Recursion: nothing but calls. (run n): n times fib(24) or fib(25).
(module
  (func $fib (param $n i32) (result i32)
    (if (i32.lt_s (local.get $n) (i32.const 2)) (then (return (local.get $n))))
    (i32.add
      (call $fib (i32.sub (local.get $n) (i32.const 1)))
      (call $fib (i32.sub (local.get $n) (i32.const 2)))))

  (func (export "run") (param $rounds i32) (result f64) (local $i i32) (local $sum f64)
    (loop $next
      (local.set $sum (f64.add (local.get $sum)
        (f64.convert_i32_s (call $fib (i32.add (i32.const 24) (i32.and (local.get $i) (i32.const 1)))))))
      (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $rounds))))
    (local.get $sum)))
