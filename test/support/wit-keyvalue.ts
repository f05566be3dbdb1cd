/** The WIT of `wasi:keyvalue`, both drafts that are in use, without its comments. */

interface Draft {
  readonly version: string;
  readonly cursor: string;
  readonly count: string;
  readonly cas: string;
}

const CAS = `
    variant cas-error { store-error(error), cas-failed(cas) }
    resource cas {
      new: static func(bucket: borrow<bucket>, key: string) -> result<cas, error>;
      current: func() -> result<option<list<u8>>, error>;
    }
    swap: func(cas: cas, value: list<u8>) -> result<_, cas-error>;`;

/** WIT text of a package that a world in the same file can import from. */
function keyvalueWit({ version, cursor, count, cas }: Draft): string {
  return `package wasi:keyvalue@${version} {
  interface store {
    variant error { no-such-store, access-denied, other(string) }
    record key-response { keys: list<string>, cursor: option<${cursor}> }
    open: func(identifier: string) -> result<bucket, error>;
    resource bucket {
      get: func(key: string) -> result<option<list<u8>>, error>;
      set: func(key: string, value: list<u8>) -> result<_, error>;
      delete: func(key: string) -> result<_, error>;
      exists: func(key: string) -> result<bool, error>;
      list-keys: func(cursor: option<${cursor}>) -> result<key-response, error>;
    }
  }
  interface atomics {
    use store.{bucket, error};
    increment: func(bucket: borrow<bucket>, key: string, delta: ${count}) -> result<${count}, error>;${cas}
  }
  interface batch {
    use store.{bucket, error};
    get-many: func(bucket: borrow<bucket>, keys: list<string>) -> result<list<option<tuple<string, list<u8>>>>, error>;
    set-many: func(bucket: borrow<bucket>, key-values: list<tuple<string, list<u8>>>) -> result<_, error>;
    delete-many: func(bucket: borrow<bucket>, keys: list<string>) -> result<_, error>;
  }
}
`;
}

/** Cursors are text, counts have a sign, and there is compare-and-swap. */
export const DRAFT_2 = keyvalueWit({ version: '0.2.0-draft2', cursor: 'string', count: 's64', cas: CAS });

/** Cursors are numbers, counts have no sign. */
export const DRAFT_1 = keyvalueWit({ version: '0.2.0-draft', cursor: 'u64', count: 'u64', cas: '' });
