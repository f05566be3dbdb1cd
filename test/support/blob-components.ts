/** A component that stores and reads objects: what it does with them, and how its call ends, is in its arguments. */
import { fromJavaScript } from './component-fixtures.ts';
import { kept } from './kept-fixture.ts';
import { BLOBSTORE_WIT } from './wit-blobstore.ts';

const KEEPER_WORLD = `package test:blobs;
world keeper {
  import wasi:blobstore/blobstore@0.2.0-draft;
  import wasi:blobstore/container@0.2.0-draft;
  import wasi:blobstore/types@0.2.0-draft;
  import wasi:clocks/monotonic-clock@0.2.2;
  export create: func(container: string) -> result<_, string>;
  export store: func(container: string, name: string, bytes: u32, end: string) -> result<_, string>;
  export read: func(container: string, name: string, start: u64, end: u64, streamed: bool) -> result<list<u32>, string>;
  export names: func(container: string) -> result<list<string>, string>;
  export copy: func(container: string, name: string, to-container: string, to-name: string) -> result<_, string>;
  export remove: func(container: string, name: string) -> result<_, string>;
}
${BLOBSTORE_WIT}`;

/**
 * `store` ends as it is told once the bytes are written: `finish`, `drop`, `trap`, `spin`, or `wait` for a minute. `read`
 * answers length, first and last byte; the byte at `n` is `n / 4096 % 251`.
 */
const KEEPER = `import { createContainer, getContainer, copyObject } from 'wasi:blobstore/blobstore@0.2.0-draft';
import { OutgoingValue, IncomingValue } from 'wasi:blobstore/types@0.2.0-draft';
import { subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.2';
const PAGE = 4096;
const guarded = (work) => {
  try { return work(); } catch (thrown) {
    const error = thrown?.payload ?? thrown;
    throw typeof error === 'string' ? error : String(error?.tag ?? error?.message ?? error);
  }
};
function write(body, bytes) {
  for (let at = 0; at < bytes; at += PAGE) {
    const page = new Uint8Array(Math.min(PAGE, bytes - at)).fill((at / PAGE) % 251);
    body.blockingWriteAndFlush(page);
  }
}
export const create = (container) => guarded(() => void createContainer(container));
export function store(container, name, bytes, end) {
  return guarded(() => {
    const value = OutgoingValue.newOutgoingValue();
    const body = value.outgoingValueWriteBody();
    getContainer(container).writeData(name, value);
    write(body, bytes);
    body[Symbol.dispose]();
    if (end === 'finish') return void OutgoingValue.finish(value);
    if (end === 'drop') return void value[Symbol.dispose]();
    if (end === 'trap') unreachable();
    if (end === 'spin') for (;;);
    subscribeDuration(60000000000).block();
  });
}
function unreachable() { return unreachable() + 1; }
export function read(container, name, start, end, streamed) {
  return guarded(() => {
    const value = getContainer(container).getData(name, start, end);
    if (!streamed) {
      const bytes = IncomingValue.incomingValueConsumeSync(value);
      return [bytes.length, bytes[0], bytes.at(-1)];
    }
    const input = IncomingValue.incomingValueConsumeAsync(value);
    let [length, first, last] = [0, 0, 0];
    for (;;) {
      let part;
      try { part = input.blockingRead(1048576); } catch (thrown) {
        if ((thrown?.payload ?? thrown)?.tag === 'closed') return [length, first, last];
        throw thrown;
      }
      if (length === 0) first = part[0];
      length += part.length;
      last = part.at(-1);
    }
  });
}
export function names(container) {
  return guarded(() => {
    const stream = getContainer(container).listObjects();
    const all = [];
    for (;;) {
      const [names, end] = stream.readStreamObjectNames(100);
      all.push(...names);
      if (end) return all;
    }
  });
}
export const copy = (container, object, toContainer, toObject) =>
  guarded(() => void copyObject({ container, object }, { container: toContainer, object: toObject }));
export const remove = (container, name) => guarded(() => void getContainer(container).deleteObject(name));
`;

/** Built once, in some seconds, and kept in `dist/fixtures`. */
export function blobKeeper(): Promise<Uint8Array> {
  return kept('blob-keeper', [KEEPER_WORLD, KEEPER], async () => {
    const component = await fromJavaScript(disguised(KEEPER_WORLD), disguised(KEEPER), { stubWasi: false });
    return Buffer.from(undisguised(Buffer.from(component).toString('latin1')), 'latin1');
  });
}

/**
 * componentize-qjs takes its snapshot in a host that has a wasi:io of its own, and cannot link other interfaces that use
 * it. So these packages have other names of the same length until the component is made.
 */
const DISGUISES = [
  ['wasi:io', 'wasi:oi'],
  ['wasi:clocks', 'wasi:clokcs'],
] as const;

function disguised(text: string): string {
  return DISGUISES.reduce((all, [name, other]) => all.replaceAll(name, other), text);
}

function undisguised(text: string): string {
  return DISGUISES.reduce((all, [name, other]) => all.replaceAll(other, name), text);
}
