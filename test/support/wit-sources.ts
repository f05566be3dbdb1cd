/** WIT sources shared by the component tests. */

/** Every value type, resources, `use`, aliases, docs-worthy items, keywords as names, an inline interface. */
export const EVERYTHING = `
package demo:all@1.2.0;

interface types {
  record options { depth: u8, %list: option<list<string>>, nested: point }
  record point { x: f32, y: f64 }
  variant shape { circle(f32), polygon(list<point>), empty }
  enum color { red, green, blue }
  flags access { read, write, exec }
  type point-list = list<point>;
  type alias-of-point = point;
  resource blob {
    constructor(init: list<u8>);
    read: func(at: u64, len: u32) -> result<list<u8>, string>;
    merge: static func(a: borrow<blob>, b: blob) -> blob;
  }
  primitives: func(a: bool, b: s8, c: u8, d: s16, e: u16, f: s32, g: u32, h: s64, i: u64, j: f32, k: f64, l: char, m: string);
  make: func(o: options) -> result<shape, color>;
  tuples: func(t: tuple<u8, string, access>) -> tuple<point-list, alias-of-point>;
  nothing: func() -> result;
  only-err: func() -> result<_, color>;
}

interface user {
  use types.{options, blob, color as colour};
  run: func(o: options, b: borrow<blob>) -> option<colour>;
  keep: func(b: blob) -> list<blob>;
}

world everything {
  import types;
  import local: interface {
    record pair { a: u32, b: u32 }
    swap: func(p: pair) -> pair;
  }
  use types.{point};
  record own-record { at: point }
  import log: func(line: string);
  export user;
  export types;
  export move: func(r: own-record, by: point) -> own-record;
  export %constructor: func() -> string;
}
`;

/** A small text tool with docs in mind. */
export const TEXT_TOOLS = `
package demo:text@0.1.0;

interface tools {
  enum mode { upper, lower }
  record options { mode: mode, times: u32 }
  process-text: func(text: string, options: options) -> result<string, string>;
  count: func(text: string) -> u32;
}

world text {
  export tools;
  export greet: func(name: string) -> string;
}
`;
