/** Components as WAT that use what is outside of them: sockets. */

const SOCKETS = `(component
  (import "wasi:sockets/tcp-create-socket@0.2.3" (instance $tcp
    (export "tcp-socket" (type $socket (sub resource)))
    (type $families (enum "ipv4" "ipv6"))
    (export "ip-address-family" (type $family (eq $families)))
    (type $errors (enum "unknown" "access-denied"))
    (export "error-code" (type $error (eq $errors)))
    (export "create-tcp-socket" (func (param "address-family" $family) (result (result (own $socket) (error $error)))))))
  (core module $libc (memory (export "memory") 1))
  (core instance $lib (instantiate $libc))
  (core func $create (canon lower (func $tcp "create-tcp-socket") (memory (core memory $lib "memory"))))
  (core module $m
    (import "lib" "memory" (memory 1))
    (import "h" "create" (func $create (param i32 i32)))
    (func (export "try") (param $times i32) (result i32)
      (loop $again
        (call $create (i32.const 0) (i32.const 16))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (i32.add (i32.mul (i32.load8_u (i32.const 16)) (i32.const 10)) (i32.load8_u (i32.const 20)))))
  (core instance $i (instantiate $m (with "lib" (instance $lib)) (with "h" (instance (export "create" (func $create))))))
  (func (export "try") (param "times" u32) (result u32) (canon lift (core func $i "try"))))`;

export const WAT_IMPORTS = {
  /** `try` asks for a TCP socket, `times` times, and answers ten times the arm (1: error) plus the error (1: `access-denied`). */
  sockets: SOCKETS,
} as const;
