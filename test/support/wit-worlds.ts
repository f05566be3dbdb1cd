/** Worlds that make jco write every kind of glue. */

/** Every kind of type, as parameter and result, imported and exported. */
export const EVERY_TYPE = `
package t:all;
interface kitchen {
  resource thing { constructor(n: u32); get: func() -> u32; make: static func(s: string) -> thing; }
  record r { a-b: u8, cc: s8, d: u16, e: s16, f: u32, g: s32, h: u64, i: s64, j: f32, k: f64, l: char, m: bool, n: string }
  variant v { one, two(u32), three(string), four(r) }
  enum e { x, y, z-z }
  flags fl { f1, f2, f3 }
  flags fl40 { a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,b0,b1,b2,b3,b4,b5,b6,b7,b8,b9,c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,d0 }
  all: func(r: r, v: v, e: e, f: fl, g: fl40, o: option<option<string>>)
    -> result<tuple<r, v, e, fl, fl40, option<option<u32>>>, e>;
  lists: func(a: list<u8>, b: list<s8>, c: list<u16>, d: list<s16>, e: list<u32>, f: list<s32>, g: list<u64>, h: list<s64>,
    i: list<f32>, j: list<f64>, k: list<char>, l: list<bool>, m: list<string>, n: list<r>, o: list<v>)
    -> tuple<list<u8>, list<s8>, list<u16>, list<s16>, list<u32>, list<s32>, list<u64>, list<s64>, list<f32>, list<f64>,
      list<char>, list<bool>, list<string>, list<r>>;
  res: func() -> result;
  res1: func(x: result<u32>) -> result<_, string>;
  borrowed: func(t: borrow<thing>) -> u64;
  many: func(a: u64, b: s64, c: f32, d: f64, e: char, f: bool, g: u8) -> f32;
}
interface host {
  resource hthing { constructor(n: u32); get: func() -> u32; make: static func(s: string) -> hthing; }
  use kitchen.{r, v, e, fl};
  hall: func(r: r, v: v, e: e, f: fl, o: option<option<string>>) -> result<tuple<r, v, e, fl, option<u32>>, e>;
  hlists: func(a: list<u8>, e: list<u32>, g: list<u64>, i: list<f32>, j: list<f64>, k: list<char>, l: list<bool>,
    m: list<string>, n: list<r>, o: list<v>) -> tuple<list<u8>, list<u32>, list<u64>, list<f32>, list<f64>, list<string>, list<r>>;
  hmany: func(a: u64, b: s64, c: f32, d: f64, e: char, f: bool, g: u8, h: s8, i: u16, j: s16) -> f32;
  hb: func(t: borrow<hthing>, o: hthing) -> s64;
}
world w { import host; export kitchen; export zero: func(); export my-fn: func(a: string) -> string; }
`;

/** Waits for pollables, so that glue for JSPI is made; exports an interface and functions of the world. */
export const STANDARD_WORLD = `
package t:standard;
interface tools { resource box { constructor(); } shout: func(text: string) -> string; }
world w {
  import wasi:io/poll@0.2.3;
  import wasi:io/streams@0.2.3;
  import wasi:clocks/monotonic-clock@0.2.3;
  export tools;
  export greet: func(name: string) -> result<string, string>;
}
package wasi:io@0.2.3 {
  interface poll {
    resource pollable { ready: func() -> bool; block: func(); }
    poll: func(in: list<borrow<pollable>>) -> list<u32>;
  }
  interface error { resource error { to-debug-string: func() -> string; } }
  interface streams {
    use error.{error};
    use poll.{pollable};
    variant stream-error { last-operation-failed(error), closed }
    resource input-stream {
      read: func(len: u64) -> result<list<u8>, stream-error>;
      subscribe: func() -> pollable;
    }
    resource output-stream {
      check-write: func() -> result<u64, stream-error>;
      write: func(contents: list<u8>) -> result<_, stream-error>;
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
    }
  }
}
package wasi:clocks@0.2.3 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.3.{pollable};
    now: func() -> u64;
    subscribe-duration: func(when: u64) -> pollable;
  }
}
`;
