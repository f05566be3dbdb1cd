/** Components as WAT that use what is outside of them: sockets, and each other. */

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

/** Exports `demo:pricing/quotes@1.0.0`; the type of `item` is to be chosen. */
function pricing(item: string): string {
  return `(component
    (core module $m
      (memory (export "memory") 1)
      (func (export "quote") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
      (func (export "spin") (result i32) (loop $l (br $l)) (i32.const 0))
      (func (export "ask") (param i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func $quote (param "item" ${item}) (result u32) (canon lift (core func $i "quote")))
    (func $spin (result u32) (canon lift (core func $i "spin")))
    (func $ask (param "item" u32) (result (result u32 (error string)))
      (canon lift (core func $i "ask") (memory (core memory $i "memory"))))
    (instance $quotes (export "quote" (func $quote)) (export "spin" (func $spin)) (export "ask" (func $ask)))
    (export "demo:pricing/quotes@1.0.0" (instance $quotes)))`;
}

/** Calls the functions of `demo:pricing/quotes@1.0.0` under their names, and adds one to what `quote` answers. */
const SHOP = `(component
  (import "demo:pricing/quotes@1.0.0" (instance $quotes
    (export "quote" (func (param "item" u32) (result u32)))
    (export "spin" (func (result u32)))
    (export "ask" (func (param "item" u32) (result (result u32 (error string)))))))
  (core module $libc
    (memory (export "memory") 1) (global $top (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3)))))
  (core instance $lib (instantiate $libc))
  (core func $quote (canon lower (func $quotes "quote")))
  (core func $spin (canon lower (func $quotes "spin")))
  (core func $ask (canon lower (func $quotes "ask") (memory (core memory $lib "memory")) (realloc (core func $lib "realloc"))))
  (core module $m
    (import "h" "quote" (func $quote (param i32) (result i32)))
    (import "h" "spin" (func $spin (result i32)))
    (import "h" "ask" (func $ask (param i32 i32)))
    (func (export "quote") (param i32) (result i32) (i32.add (call $quote (local.get 0)) (i32.const 1)))
    (func (export "spin") (result i32) (call $spin))
    (func (export "ask") (param i32) (result i32) (call $ask (local.get 0) (i32.const 16)) (i32.const 16)))
  (core instance $i (instantiate $m (with "h" (instance
    (export "quote" (func $quote)) (export "spin" (func $spin)) (export "ask" (func $ask))))))
  (func (export "quote") (param "item" u32) (result u32) (canon lift (core func $i "quote")))
  (func (export "spin") (result u32) (canon lift (core func $i "spin")))
  (func (export "ask") (param "item" u32) (result (result u32 (error string)))
    (canon lift (core func $i "ask") (memory (core memory $lib "memory")))))`;

/** Exports `demo:ring/{from}` with `go`, which is one more than what `go` of `demo:ring/{to}` answers. */
function relay(from: string, to?: string): string {
  const imported =
    to === undefined
      ? '(core module $h (func (export "go") (result i32) (i32.const 0))) (core instance $h (instantiate $h))'
      : `(import "demo:ring/${to}" (instance $next (export "go" (func (result u32)))))
         (core func $go (canon lower (func $next "go"))) (core instance $h (export "go" (func $go)))`;
  return `(component ${imported}
    (core module $m (import "h" "go" (func $go (result i32)))
      (func (export "go") (result i32) (i32.add (call $go) (i32.const 1))))
    (core instance $i (instantiate $m (with "h" (instance $h))))
    (func $lifted (result u32) (canon lift (core func $i "go")))
    (instance $ring (export "go" (func $lifted)))
    (export "demo:ring/${from}" (instance $ring)))`;
}

export const WAT_IMPORTS = {
  /** `quote` is three times `item`, `spin` does not end, `ask` traps. */
  pricing: pricing('u32'),
  /** The same with a `quote` that takes a text's worth of characters: other types. */
  otherPricing: pricing('char'),
  shop: SHOP,
  /** A ring: `ringA` → `ringB` → `ringA`; `ringEnd` stands for `ringB` until there is an `ringA`. */
  ringA: relay('a', 'b'),
  ringB: relay('b', 'a'),
  ringEnd: relay('b'),
  /** A chain of nine: each imports the next, the last one none. */
  chain0: relay('s0', 's1'),
  chain1: relay('s1', 's2'),
  chain2: relay('s2', 's3'),
  chain3: relay('s3', 's4'),
  chain4: relay('s4', 's5'),
  chain5: relay('s5', 's6'),
  chain6: relay('s6', 's7'),
  chain7: relay('s7', 's8'),
  chain8: relay('s8'),
  /** `try` asks for a TCP socket, `times` times, and answers ten times the arm (1: error) plus the error (1: `access-denied`). */
  sockets: SOCKETS,
} as const;
