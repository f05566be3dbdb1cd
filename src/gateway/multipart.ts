/**
 * Parses `multipart/form-data` (RFC 7578, RFC 2046 section 5.1) as it arrives: bytes in, events out, nothing held but
 * an unfinished delimiter or header block. The packages there are hold whole parts, or fail when a chunk ends inside
 * the closing delimiter.
 */
import { type PartHeader, readPartHeader } from './multipart-header.ts';

export type MultipartEvent =
  /** A part begins. */
  | ({ readonly kind: 'part' } & PartHeader)
  /** Bytes of the part, a view of the chunk that was pushed where possible. Never empty. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  /** The closing delimiter: whatever follows is ignored. */
  | { readonly kind: 'done' }
  /** The form breaks the format; nothing follows. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** Header block of one part, and padding behind a delimiter, in bytes: browsers and curl send below 500. */
export const MAX_PART_HEADER_BYTES = 8 * 1024;

const CR = 0x0d;
const CRLF = Uint8Array.of(CR, 0x0a);
const HEADER_END = Uint8Array.of(CR, 0x0a, CR, 0x0a);
const HYPHEN = 0x2d;
const EMPTY = new Uint8Array();

type State = 'preamble' | 'delimiter' | 'headers' | 'blank' | 'body' | 'epilogue' | 'malformed';

export class MultipartParser {
  readonly #delimiter: Uint8Array;
  #state: State = 'preamble';
  /** Bytes that were seen and not yet decided on. The first delimiter needs no line break before it: here is one. */
  #rest: Uint8Array = CRLF;

  constructor(boundary: string) {
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  }

  *push(chunk: Uint8Array): Generator<MultipartEvent, void> {
    if (this.#isOver()) return;
    this.#rest = joined(this.#rest, chunk);
    for (let again = true; again; ) again = yield* this.#step();
  }

  /** To be called once, after the last chunk. */
  *end(): Generator<MultipartEvent, void> {
    if (!this.#isOver()) yield this.#malformed('it ended before its closing boundary');
  }

  /** One step on `#rest`; false when it needs more bytes. */
  *#step(): Generator<MultipartEvent, boolean> {
    switch (this.#state) {
      case 'preamble':
      case 'body':
        return yield* this.#toDelimiter();
      case 'delimiter':
        return yield* this.#afterDelimiter();
      case 'headers':
        return yield* this.#toBlank();
      case 'blank':
        return this.#toFirstByte();
      case 'epilogue':
      case 'malformed':
        this.#rest = EMPTY;
        return false;
    }
  }

  *#toDelimiter(): Generator<MultipartEvent, boolean> {
    const bytes = this.#rest;
    const { at, whole } = find(bytes, this.#delimiter);
    if (this.#state === 'body') {
      if (at > 0) yield { kind: 'data', bytes: bytes.subarray(0, at) };
      if (whole) yield { kind: 'end' };
    }
    this.#rest = bytes.subarray(whole ? at + this.#delimiter.length : at);
    if (whole) this.#state = 'delimiter';
    return whole;
  }

  *#afterDelimiter(): Generator<MultipartEvent, boolean> {
    const bytes = this.#rest;
    if (bytes[0] === HYPHEN) {
      if (bytes.length < 2) return false;
      if (bytes[1] === HYPHEN) {
        this.#state = 'epilogue';
        yield { kind: 'done' };
        return true;
      }
    }
    let padding = 0;
    while (bytes[padding] === 0x20 || bytes[padding] === 0x09) padding += 1;
    if (padding > MAX_PART_HEADER_BYTES) {
      yield this.#malformed('too much space follows a boundary');
      return false;
    }
    if (bytes.length < padding + CRLF.length && (bytes[padding] ?? CR) === CR) return false;
    if (bytes[padding] !== CRLF[0] || bytes[padding + 1] !== CRLF[1]) {
      yield this.#malformed('a boundary is not alone on its line');
      return false;
    }
    // The line break stays: a header block begins and ends with one, also the empty block.
    this.#rest = bytes.subarray(padding);
    this.#state = 'headers';
    return true;
  }

  *#toBlank(): Generator<MultipartEvent, boolean> {
    const { at, whole } = find(this.#rest, HEADER_END);
    if (at > MAX_PART_HEADER_BYTES) {
      yield this.#malformed(`the headers of a part are longer than ${MAX_PART_HEADER_BYTES} bytes`);
      return false;
    }
    if (!whole) return false;
    const part = readPartHeader(new TextDecoder().decode(this.#rest.subarray(CRLF.length, at)));
    if (typeof part === 'string') {
      yield this.#malformed(part);
      return false;
    }
    yield { kind: 'part', ...part };
    this.#rest = this.#rest.subarray(at + CRLF.length);
    this.#state = 'blank';
    return true;
  }

  /** The blank line before a body: of a part without one it belongs to the delimiter. */
  #toFirstByte(): boolean {
    const { at, whole } = find(this.#rest, this.#delimiter);
    if (at === 0 && !whole) return false;
    this.#state = 'body';
    if (at > 0) this.#rest = this.#rest.subarray(CRLF.length);
    return true;
  }

  #isOver(): boolean {
    return this.#state === 'epilogue' || this.#state === 'malformed';
  }

  #malformed(reason: string): MultipartEvent {
    this.#state = 'malformed';
    return { kind: 'malformed', reason };
  }
}

/** Where `needle` is, or else where a tail of `bytes` begins that may become it. */
function find(bytes: Uint8Array, needle: Uint8Array): { readonly at: number; readonly whole: boolean } {
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    let length = 1;
    while (length < needle.length && bytes[at + length] === needle[length]) length += 1;
    if (length === needle.length) return { at, whole: true };
    if (at + length === bytes.length) return { at, whole: false };
  }
  return { at: bytes.length, whole: false };
}

function joined(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (rest.length === 0) return chunk;
  const both = new Uint8Array(rest.length + chunk.length);
  both.set(rest);
  both.set(chunk, rest.length);
  return both;
}
