/** A component that shows its environment in every way that it has, and looks at a key again and again. */
import { fromJavaScript } from './component-fixtures.ts';
import { kept } from './kept-fixture.ts';

const WORLD = `package test:settings;
world settings {
  import wasi:config/store@0.2.0-rc.1;
  import wasi:cli/environment@0.2.3;
  import wasi:clocks/monotonic-clock@0.2.3;
  export get: func(key: string) -> result<option<string>, string>;
  export get-all: func() -> result<list<tuple<string, string>>, string>;
  export environment: func() -> list<tuple<string, string>>;
  export watch: func(key: string) -> string;
}
package wasi:config@0.2.0-rc.1 {
  interface store {
    variant error { upstream(string), io(string) }
    get: func(key: string) -> result<option<string>, error>;
    get-all: func() -> result<list<tuple<string, string>>, error>;
  }
}
package wasi:cli@0.2.3 {
  interface environment { get-environment: func() -> list<tuple<string, string>>; }
}
package wasi:io@0.2.3 {
  interface poll { resource pollable { block: func(); } }
}
package wasi:clocks@0.2.3 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.3.{pollable};
    type duration = u64;
    subscribe-duration: func(when: duration) -> pollable;
  }
}
`;

/** `watch` answers the error that the key comes to give. */
const SOURCE = `import * as config from 'wasi:config/store@0.2.0-rc.1';
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.3';
const errorOf = (thrown) => {
  const error = thrown?.payload ?? thrown;
  return error?.tag === undefined ? String(error) : error.tag + ': ' + (error.val ?? '');
};
export function get(key) {
  try { return config.get(key); } catch (thrown) { throw errorOf(thrown); }
}
export function getAll() {
  try { return config.getAll(); } catch (thrown) { throw errorOf(thrown); }
}
export function environment() { return getEnvironment(); }
export function watch(key) {
  for (;;) {
    try { config.get(key); } catch (thrown) { return errorOf(thrown); }
    subscribeDuration(1000000n).block();
  }
}
`;

/** Built once, in some seconds, and kept in `dist/fixtures`. */
export function configComponent(): Promise<Uint8Array> {
  return kept('settings', [WORLD, SOURCE], () => fromJavaScript(WORLD, SOURCE, { stubWasi: false }));
}
