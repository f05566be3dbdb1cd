/**
 * What the glue asks when it takes data out of a guest's memory (see functions/builder/glue/lifting.ts). The values that
 * it makes live in the isolate's own memory, where the guest's ceiling does not reach: here they are bounded and paid for.
 */
import type { FuelMeter } from './fuel.ts';
import { LimitReached } from './limit-reached.ts';
import {
  BYTES_PER_LIFTED_BUFFER,
  BYTES_PER_LIFTED_TEXT,
  COPY_BYTES_SHIFT,
  MAX_LIFTED_BYTES,
  MAX_LIFTED_ELEMENTS,
  SETTLE_UNITS,
  UNITS_PER_ENTRY,
} from './limits.ts';

/** The glue's parameter `$lifting`. The names are the builder's. */
export interface Lifting {
  /** Decodes a text, which is well-formed or a trap. A byte order mark is a character like others. */
  readonly utf8: { decode(view: ArrayBufferView): string };
  readonly utf16: { decode(view: ArrayBufferView): string };
  /** A copy of the bytes from `from` to `to`. `size` is that of an element, or 0 where the bytes become no elements. */
  copy(buffer: ArrayBuffer, from: number, to: number, size: number): ArrayBuffer;
  /** Called before `count` values of a list are lifted, each of which takes up to `bytes` of the heap. */
  elements(count: number, bytes: number): void;
  /** Called before `entries` values that take `bytes` are written into a guest's memory: the host's own, so without a limit. */
  lowered(bytes: number, entries: number): void;
  /** Takes `units` of fuel for work that no value shows. */
  charge(units: number): void;
  /** The values lifted so far have been handed over, or the guest is about to run. */
  cross(): void;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UTF16 = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });

/** Data of a guest that the Canonical ABI does not allow. */
export class InvalidData extends WebAssembly.RuntimeError {}

/** The account of one call. Fuel is for good; what is held is forgotten when values cross the border. */
export function createLifting(meter: FuelMeter): Lifting {
  let bytes = 0;
  let elements = 0;
  let due = 0;

  const take = (moreBytes: number, moreElements: number, units: number): void => {
    bytes += moreBytes;
    elements += moreElements;
    if (bytes > MAX_LIFTED_BYTES || elements > MAX_LIFTED_ELEMENTS) {
      const text =
        elements > MAX_LIFTED_ELEMENTS
          ? `the component hands over more than ${MAX_LIFTED_ELEMENTS} values of lists at once`
          : `the component hands over more than ${MAX_LIFTED_BYTES} bytes of values at once`;
      meter.refuse(new LimitReached('too-large', text));
    }
    due += units;
    if (due < SETTLE_UNITS) return;
    meter.charge(due);
    due = 0;
    if (meter.exhausted) throw new WebAssembly.RuntimeError('the fuel of the call is used up');
  };

  const decoderOf = (decoder: TextDecoder) =>
    Object.freeze({
      decode(view: ArrayBufferView): string {
        const { byteLength } = view;
        take(BYTES_PER_LIFTED_TEXT + byteLength, 0, UNITS_PER_ENTRY + byteLength);
        try {
          return decoder.decode(view);
        } catch {
          throw new InvalidData(`a text of the component is not valid ${decoder.encoding.toUpperCase()}`);
        }
      },
    });

  return Object.freeze({
    utf8: decoderOf(UTF8),
    utf16: decoderOf(UTF16),
    copy(buffer: ArrayBuffer, from: number, to: number, size: number): ArrayBuffer {
      if (!(from >= 0 && from <= to && to <= buffer.byteLength)) {
        throw new InvalidData('a list of the component reaches beyond its memory');
      }
      const count = size === 0 ? 0 : (to - from) / size;
      take(BYTES_PER_LIFTED_BUFFER + to - from, count, UNITS_PER_ENTRY + ((to - from) >> COPY_BYTES_SHIFT) + count);
      return buffer.slice(from, to);
    },
    elements(count: number, bytesEach: number): void {
      if (!(count >= 0)) throw new InvalidData('a list of the component reaches beyond its memory');
      take(BYTES_PER_LIFTED_TEXT + count * bytesEach, count, UNITS_PER_ENTRY * (count + 1) + count * bytesEach);
    },
    lowered(written: number, entries: number): void {
      take(0, 0, UNITS_PER_ENTRY * entries + (written >>> COPY_BYTES_SHIFT));
    },
    charge(units: number): void {
      take(0, 0, units);
    },
    cross(): void {
      bytes = 0;
      elements = 0;
    },
  });
}
