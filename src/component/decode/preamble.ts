/** The first eight bytes: tells a component from everything else that gets uploaded in its place. */
import { Malformed, type Reader } from './reader.ts';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = 0x0d;
const LAYER_COMPONENT = 0x01;

const NESTED_PREAMBLE = [...MAGIC, VERSION, 0x00, LAYER_COMPONENT, 0x00];

export const PREAMBLE_BYTES = 8;

/** Passes over the preamble of a component; throws a `preamble` failure that says what the bytes are instead. */
export function readPreamble(reader: Reader): void {
  const start = reader.position;
  const refuse = (reason: string): never => {
    throw new Malformed(reason, start, 'preamble');
  };
  const { bytes } = reader;
  if (reader.remaining === 0) refuse('the file is empty: upload the bytes of a WebAssembly component');
  if (MAGIC.some((byte, index) => index < reader.remaining && bytes[start + index] !== byte)) {
    refuse(notWasm(bytes, start));
  }
  if (reader.remaining < PREAMBLE_BYTES) refuse('the file ends inside the WebAssembly preamble: it was cut off');
  const version = (bytes[start + 4] ?? 0) | ((bytes[start + 5] ?? 0) << 8);
  const layer = (bytes[start + 6] ?? 0) | ((bytes[start + 7] ?? 0) << 8);
  if (layer === 0) {
    refuse(
      version === 1
        ? 'this is a core WebAssembly module, not a component: wrap it with `wasm-tools component new` or `jco new`'
        : `this is a core WebAssembly module of the unknown version ${version}`,
    );
  }
  if (layer !== LAYER_COMPONENT) refuse(`this is WebAssembly of the unknown layer ${layer}; components have layer 1`);
  if (version !== VERSION) {
    refuse(
      `this component has the binary version ${version}, and only ${VERSION} is understood: rebuild it with a toolchain of the WASI 0.2 era`,
    );
  }
  reader.position += PREAMBLE_BYTES;
}

/** The preamble of a component inside of a component: nobody uploaded it by mistake, so any other bytes are damage. */
export function readNestedPreamble(reader: Reader): void {
  const start = reader.position;
  for (const byte of NESTED_PREAMBLE) {
    if (reader.done || reader.byte() !== byte) reader.fail('a nested component does not begin like one', start);
  }
}

function notWasm(bytes: Uint8Array, start: number): string {
  const head = bytes.subarray(start, start + 4);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'this is gzip data, not WebAssembly: upload the unpacked component';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'this is a zip archive, not WebAssembly: upload the component in it';
  if (head[0] === 0x28) return 'this looks like WebAssembly text: build it with `jco parse` or `wasm-tools parse`';
  return 'this is not WebAssembly: the file does not begin with the bytes 00 61 73 6d';
}
