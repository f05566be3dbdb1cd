/** Texts in UTF-8 and UTF-16. */
import type { Layout } from '../../../src/component/link/layout.ts';
import type { Border } from './border.ts';
import { asText, type Codec, codec, numberAt } from './codec.ts';
import { invalid } from './trap.ts';

/** `MAX_STRING_BYTE_LENGTH` of the specification. */
const MAX_TEXT_BYTES = 2 ** 31 - 1;

/** Texts of at most so many UTF-16 units are encoded here, without a buffer of their own. What is read of it was just written. */
const SCRATCH_UNITS = 1024;
const scratch = new Uint8Array(3 * SCRATCH_UNITS);
const encoder = new TextEncoder();

export function text(layout: Layout): Codec {
  return codec(layout, 0, {
    load: (border, at) => liftText(border, border.view.getUint32(at, true), border.view.getUint32(at + 4, true)),
    store: (border, at, value) => {
      const pointer = lowerText(border, asText(value));
      border.view.setUint32(at, pointer, true);
      border.view.setUint32(at + 4, border.lowered, true);
    },
    lift: (border, values, at) => liftText(border, numberAt(values, at), numberAt(values, at + 1)),
    lower: (border, value, out, at) => {
      out[at] = lowerText(border, asText(value));
      out[at + 1] = border.lowered;
    },
  });
}

function liftText(border: Border, pointer: number, length: number): string {
  const isUtf8 = border.encoding === 'utf8';
  const size = (length >>> 0) * (isUtf8 ? 1 : 2);
  if (size > MAX_TEXT_BYTES) invalid('a text of the component is longer than 2 GiB');
  const at = border.region(pointer, size, isUtf8 ? 1 : 2);
  const view = border.bytes.subarray(at, at + size);
  return (isUtf8 ? border.lifting.utf8 : border.lifting.utf16).decode(view);
}

function lowerText(border: Border, value: string): number {
  return border.encoding === 'utf8' ? lowerUtf8(border, value) : lowerUtf16(border, value);
}

/** Encoded first, so that the guest is asked for room once, for exactly as much as it takes. */
function lowerUtf8(border: Border, value: string): number {
  const isShort = value.length <= SCRATCH_UNITS;
  const encoded = isShort ? scratch : encoder.encode(value);
  const size = isShort ? encoder.encodeInto(value, scratch).written : encoded.length;
  border.lifting.lowered(size, 1);
  const at = border.allocate(size, 1);
  if (size > 0) border.bytes.set(encoded.subarray(0, size), at);
  border.lowered = size;
  return at;
}

function lowerUtf16(border: Border, value: string): number {
  const wellFormed = value.toWellFormed();
  const size = 2 * wellFormed.length;
  border.lifting.lowered(size, 1);
  const at = border.allocate(size, 2);
  const { view } = border;
  for (let index = 0; index < wellFormed.length; index += 1) {
    view.setUint16(at + 2 * index, wellFormed.charCodeAt(index), true);
  }
  border.lowered = wellFormed.length;
  return at;
}
