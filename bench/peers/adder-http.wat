;; The adder as a handler of wasi:http: sums the two numbers of its query, or, without a query, of its JSON body, and
;; answers what /call does. Numbers are found by their digits: the least that such a handler can do.
(module
  (import "wasi:http/types@0.2.10" "[method]incoming-request.path-with-query" (func $path (param i32 i32)))
  (import "wasi:http/types@0.2.10" "[method]incoming-request.consume" (func $consume (param i32 i32)))
  (import "wasi:http/types@0.2.10" "[method]incoming-body.stream" (func $stream (param i32 i32)))
  (import "wasi:http/types@0.2.10" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.10" "[constructor]outgoing-response" (func $response (param i32) (result i32)))
  (import "wasi:http/types@0.2.10" "[method]outgoing-response.body" (func $body (param i32 i32)))
  (import "wasi:http/types@0.2.10" "[method]outgoing-body.write" (func $write (param i32 i32)))
  (import "wasi:http/types@0.2.10" "[static]outgoing-body.finish" (func $finish (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.10" "[static]response-outparam.set"
    (func $answer (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.10" "[resource-drop]incoming-request" (func $drop-request (param i32)))
  (import "wasi:http/types@0.2.10" "[resource-drop]incoming-body" (func $drop-body (param i32)))
  (import "wasi:io/streams@0.2.10" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.10" "[method]output-stream.blocking-write-and-flush"
    (func $flush (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.10" "[resource-drop]input-stream" (func $drop-input (param i32)))
  (import "wasi:io/streams@0.2.10" "[resource-drop]output-stream" (func $drop-output (param i32)))

  ;; 0: what imports return; 64: the answer; from 1024: what the host allocates.
  (memory (export "memory") 1)
  (data (i32.const 64) "{\"result\":")
  (global $free (mut i32) (i32.const 1024))
  (global $cursor (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param i32 i32) (param $align i32) (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get $align))))
    (global.set $free (i32.add (local.get $at) (local.get $bytes)))
    (local.get $at))

  ;; The digit at the cursor, or more than 9.
  (func $digit (result i32)
    (i32.sub (i32.load8_u (global.get $cursor)) (i32.const 48)))
  (func $step
    (global.set $cursor (i32.add (global.get $cursor) (i32.const 1))))

  ;; The next number between the cursor and the end.
  (func $number (result i32)
    (local $value i32)
    (block $found
      (loop $skip
        (br_if $found (i32.ge_u (global.get $cursor) (global.get $end)))
        (br_if $found (i32.le_u (call $digit) (i32.const 9)))
        (call $step)
        (br $skip)))
    (block $done
      (loop $digits
        (br_if $done (i32.ge_u (global.get $cursor) (global.get $end)))
        (br_if $done (i32.gt_u (call $digit) (i32.const 9)))
        (local.set $value (i32.add (i32.mul (local.get $value) (i32.const 10)) (call $digit)))
        (call $step)
        (br $digits)))
    (local.get $value))

  ;; The sum of the two numbers among `$length` bytes at `$at`.
  (func $sum (param $at i32) (param $length i32) (result i32)
    (global.set $cursor (local.get $at))
    (global.set $end (i32.add (local.get $at) (local.get $length)))
    (i32.add (call $number) (call $number)))

  ;; Writes `$value` in decimal behind `{"result":`, then `}`; the end of it all.
  (func $print (param $value i32) (result i32)
    (local $rest i32) (local $digits i32) (local $at i32)
    (local.set $rest (local.get $value))
    (loop $count
      (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
      (br_if $count (local.tee $rest (i32.div_u (local.get $rest) (i32.const 10)))))
    (local.set $at (i32.add (i32.const 74) (local.get $digits)))
    (i32.store8 (local.get $at) (i32.const 125))
    (loop $each
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $value) (i32.const 10))))
      (br_if $each (local.tee $value (i32.div_u (local.get $value) (i32.const 10)))))
    (i32.add (i32.const 75) (local.get $digits)))

  ;; Whether the text at `$at` has a `?` in it; leaves the cursor there.
  (func $query (param $at i32) (param $length i32) (result i32)
    (global.set $cursor (local.get $at))
    (global.set $end (i32.add (local.get $at) (local.get $length)))
    (loop $next
      (if (i32.ge_u (global.get $cursor) (global.get $end)) (then (return (i32.const 0))))
      (if (i32.eq (i32.load8_u (global.get $cursor)) (i32.const 63)) (then (return (i32.const 1))))
      (call $step)
      (br $next))
    (unreachable))

  (func $sum-of-body (param $request i32) (result i32)
    (local $incoming i32) (local $input i32) (local $sum i32)
    (call $consume (local.get $request) (i32.const 0))
    (local.set $incoming (i32.load (i32.const 4)))
    (call $stream (local.get $incoming) (i32.const 0))
    (local.set $input (i32.load (i32.const 4)))
    (call $read (local.get $input) (i64.const 1024) (i32.const 0))
    (local.set $sum (call $sum (i32.load (i32.const 4)) (i32.load (i32.const 8))))
    (call $drop-input (local.get $input))
    (call $drop-body (local.get $incoming))
    (local.get $sum))

  (func (export "wasi:http/incoming-handler@0.2.10#handle") (param $request i32) (param $out i32)
    (local $sum i32) (local $outgoing i32) (local $response i32) (local $output i32)
    (call $path (local.get $request) (i32.const 0))
    (local.set $sum
      (if (result i32) (call $query (i32.load (i32.const 4)) (i32.load (i32.const 8)))
        (then (call $sum (global.get $cursor) (i32.sub (global.get $end) (global.get $cursor))))
        (else (call $sum-of-body (local.get $request)))))
    (call $drop-request (local.get $request))
    (local.set $response (call $response (call $fields)))
    (call $body (local.get $response) (i32.const 0))
    (local.set $outgoing (i32.load (i32.const 4)))
    (call $answer (local.get $out) (i32.const 0) (local.get $response)
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $write (local.get $outgoing) (i32.const 0))
    (local.set $output (i32.load (i32.const 4)))
    (call $flush (local.get $output) (i32.const 64)
      (i32.sub (call $print (local.get $sum)) (i32.const 64)) (i32.const 0))
    (call $drop-output (local.get $output))
    (call $finish (local.get $outgoing) (i32.const 0) (i32.const 0) (i32.const 0))))
