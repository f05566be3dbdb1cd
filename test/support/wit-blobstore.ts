/** The WIT of `wasi:blobstore`, and as much of `wasi:io` and `wasi:clocks` as programs that use it need. */

/** The package alone; it uses wasi:io 0.2.2. */
export const BLOBSTORE_PACKAGE = `package wasi:blobstore@0.2.0-draft {
  interface types {
    use wasi:io/streams@0.2.2.{input-stream, output-stream};
    type container-name = string;
    type object-name = string;
    type timestamp = u64;
    type object-size = u64;
    type error = string;
    record container-metadata {
      name: container-name,
      created-at: timestamp,
    }
    record object-metadata {
      name: object-name,
      container: container-name,
      created-at: timestamp,
      size: object-size,
    }
    record object-id {
      container: container-name,
      object: object-name
    }
    resource outgoing-value {
      new-outgoing-value: static func() -> outgoing-value;
      outgoing-value-write-body: func() -> result<output-stream>;
      finish: static func(this: outgoing-value) -> result<_, error>;
    }
    resource incoming-value {
        incoming-value-consume-sync: static func(this: incoming-value) -> result<incoming-value-sync-body, error>;
        incoming-value-consume-async: static func(this: incoming-value) -> result<incoming-value-async-body, error>;
        size: func() -> u64;
    }
    type incoming-value-async-body = input-stream;
    type incoming-value-sync-body = list<u8>;
  }
  interface container {
    use wasi:io/streams@0.2.2.{
      input-stream,
      output-stream,
    };
    use types.{
      container-metadata,
      error,
      incoming-value,
      object-metadata,
      object-name,
      outgoing-value,
    };
    resource container {
      name: func() -> result<string, error>;
      info: func() -> result<container-metadata, error>;
      get-data: func(name: object-name, start: u64, end: u64) -> result<incoming-value, error>;
      write-data: func(name: object-name, data: borrow<outgoing-value>) -> result<_, error>;
      list-objects: func() -> result<stream-object-names, error>;
      delete-object: func(name: object-name) -> result<_, error>;
      delete-objects: func(names: list<object-name>) -> result<_, error>;
      has-object: func(name: object-name) -> result<bool, error>;
      object-info: func(name: object-name) -> result<object-metadata, error>;
      clear: func() -> result<_, error>;
    }
    resource stream-object-names {
      read-stream-object-names: func(len: u64) -> result<tuple<list<object-name>, bool>, error>;
      skip-stream-object-names: func(num: u64) -> result<tuple<u64, bool>, error>;
    }
  }
  interface blobstore {
    use container.{container};
    use types.{error, container-name, object-id};
    create-container: func(name: container-name) -> result<container, error>;
    get-container: func(name: container-name) -> result<container, error>;
    delete-container: func(name: container-name) -> result<_, error>;
    container-exists: func(name: container-name) -> result<bool, error>;
    copy-object: func(src: object-id, dest: object-id) -> result<_, error>;
    move-object: func(src:object-id, dest: object-id) -> result<_, error>;
  }
}
`;

/** With the others. */
export const BLOBSTORE_WIT = `${BLOBSTORE_PACKAGE}package wasi:io@0.2.2 {
  interface error {
    resource error {
      to-debug-string: func() -> string;
    }
  }
  interface poll {
    resource pollable {
      ready: func() -> bool;
      block: func();
    }
    poll: func(in: list<borrow<pollable>>) -> list<u32>;
  }
  interface streams {
    use error.{error};
    use poll.{pollable};
    variant stream-error { last-operation-failed(error), closed }
    resource input-stream {
      read: func(len: u64) -> result<list<u8>, stream-error>;
      blocking-read: func(len: u64) -> result<list<u8>, stream-error>;
      subscribe: func() -> pollable;
    }
    resource output-stream {
      check-write: func() -> result<u64, stream-error>;
      write: func(contents: list<u8>) -> result<_, stream-error>;
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
      subscribe: func() -> pollable;
    }
  }
}
package wasi:clocks@0.2.2 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.2.{pollable};
    type duration = u64;
    subscribe-duration: func(when: duration) -> pollable;
  }
}
`;
