;; A recursive parser of JSON, byte by byte: many small functions with short loops. (run n): n times 70 KB of text.
(module
  (memory 3) ;; one item at 0, the text at 1024
  (data (i32.const 0) "{\"id\": 1234, \"name\": \"some \\\"name\\\" here\", \"v\": [1.5, -2, 33.25, true, null, {\"k\":[]}], \"z\": false}, ")
  (global $at (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))
  (global $sum (mut f64) (f64.const 0))
  (global $count (mut i32) (i32.const 0))

  (func $peek (result i32)
    (if (result i32) (i32.lt_u (global.get $at) (global.get $end))
      (then (i32.load8_u (global.get $at)))
      (else (i32.const -1))))
  (func $skip (param $bytes i32) (global.set $at (i32.add (global.get $at) (local.get $bytes))))

  (func $space (local $byte i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (global.get $at) (global.get $end)))
      (local.set $byte (i32.load8_u (global.get $at)))
      (br_if $done (i32.eqz (i32.or (i32.eq (local.get $byte) (i32.const 32))
        (i32.or (i32.eq (local.get $byte) (i32.const 10)) (i32.eq (local.get $byte) (i32.const 9))))))
      (global.set $at (i32.add (global.get $at) (i32.const 1)))
      (br $next))))

  (func $string (local $byte i32)
    (global.set $at (i32.add (global.get $at) (i32.const 1)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (global.get $at) (global.get $end)))
      (br_if $done (i32.eq (local.tee $byte (i32.load8_u (global.get $at))) (i32.const 34)))
      (if (i32.eq (local.get $byte) (i32.const 92)) (then (global.set $at (i32.add (global.get $at) (i32.const 1)))))
      (global.set $at (i32.add (global.get $at) (i32.const 1)))
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (br $next)))
    (global.set $at (i32.add (global.get $at) (i32.const 1))))

  (func $isDigit (result i32) (i32.lt_u (i32.sub (i32.load8_u (global.get $at)) (i32.const 48)) (i32.const 10)))
  (func $digit (result f64)
    (f64.convert_i32_s (i32.sub (i32.load8_u (global.get $at)) (i32.const 48)))
    (global.set $at (i32.add (global.get $at) (i32.const 1))))

  (func $number (local $value f64) (local $scale f64) (local $negative i32)
    (if (i32.eq (call $peek) (i32.const 45)) (then
      (local.set $negative (i32.const 1))
      (global.set $at (i32.add (global.get $at) (i32.const 1)))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (global.get $at) (global.get $end)))
      (br_if $done (i32.eqz (call $isDigit)))
      (local.set $value (f64.add (f64.mul (local.get $value) (f64.const 10)) (call $digit)))
      (br $next)))
    (if (i32.eq (call $peek) (i32.const 46)) (then
      (global.set $at (i32.add (global.get $at) (i32.const 1)))
      (local.set $scale (f64.const 0.1))
      (block $done (loop $next
        (br_if $done (i32.ge_u (global.get $at) (global.get $end)))
        (br_if $done (i32.eqz (call $isDigit)))
        (local.set $value (f64.add (local.get $value) (f64.mul (local.get $scale) (call $digit))))
        (local.set $scale (f64.mul (local.get $scale) (f64.const 0.1)))
        (br $next)))))
    (global.set $sum (f64.add (global.get $sum)
      (select (f64.neg (local.get $value)) (local.get $value) (local.get $negative)))))

  ;; The members of an object (125 ends it) or the items of an array (93).
  (func $members (param $close i32)
    (call $skip (i32.const 1))
    (call $space)
    (block $done
      (br_if $done (i32.eq (call $peek) (local.get $close)))
      (loop $next
        (if (i32.eq (local.get $close) (i32.const 125)) (then
          (call $space) (call $string) (call $space) (call $skip (i32.const 1))))
        (call $value)
        (call $space)
        (if (i32.eq (call $peek) (i32.const 44)) (then (call $skip (i32.const 1)) (br $next)))))
    (call $skip (i32.const 1)))

  (func $value (local $byte i32)
    (call $space)
    (local.set $byte (call $peek))
    (if (i32.eq (local.get $byte) (i32.const 123)) (then (return (call $members (i32.const 125)))))
    (if (i32.eq (local.get $byte) (i32.const 91)) (then (return (call $members (i32.const 93)))))
    (if (i32.eq (local.get $byte) (i32.const 34)) (then (return (call $string))))
    (if (i32.eq (local.get $byte) (i32.const 116)) (then (return (call $skip (i32.const 4)))))
    (if (i32.eq (local.get $byte) (i32.const 102)) (then (return (call $skip (i32.const 5)))))
    (if (i32.eq (local.get $byte) (i32.const 110)) (then (return (call $skip (i32.const 4)))))
    (call $number))

  (func (export "run") (param $rounds i32) (result f64) (local $round i32) (local $to i32)
    (i32.store8 (i32.const 1024) (i32.const 91))
    (local.set $to (i32.const 1025))
    (loop $copy
      (memory.copy (local.get $to) (i32.const 0) (i32.const 100))
      (br_if $copy (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 100))) (i32.const 71025))))
    (i32.store8 (i32.sub (local.get $to) (i32.const 2)) (i32.const 93))
    (global.set $end (i32.sub (local.get $to) (i32.const 1)))
    (loop $again
      (global.set $at (i32.const 1024))
      (call $value)
      (br_if $again (i32.lt_s (local.tee $round (i32.add (local.get $round) (i32.const 1))) (local.get $rounds))))
    (f64.add (global.get $sum) (f64.convert_i32_u (global.get $count)))))
