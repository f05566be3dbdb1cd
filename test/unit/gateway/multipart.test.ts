/** The form parser: what it reads, what it refuses, and that the network's chunks make no difference. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PART_HEADER_BYTES, MultipartParser } from '../../../src/gateway/multipart.ts';
import { boundaryOf } from '../../../src/gateway/multipart-header.ts';

const BOUNDARY = 'b-b';

/** Latin-1, so that every byte is one character. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The events of some chunks as texts; the data of one part as one. */
function eventsOf(chunks: readonly Uint8Array[], boundary = BOUNDARY): readonly string[] {
  const parser = new MultipartParser(boundary);
  const shown: string[] = [];
  let data = '';
  for (const event of [...chunks.flatMap((chunk) => [...parser.push(chunk)]), ...parser.end()]) {
    if (event.kind === 'data') {
      expect(event.bytes.length).toBeGreaterThan(0);
      data += String.fromCharCode(...event.bytes);
      continue;
    }
    if (data !== '') shown.push(`data ${data}`);
    data = '';
    if (event.kind === 'part') shown.push(`part ${event.name}${event.file ? ' file' : ''}`);
    else shown.push(event.kind === 'malformed' ? `malformed ${event.reason}` : event.kind);
  }
  return data === '' ? shown : [...shown, `data ${data}`];
}

function events(text: string, boundary = BOUNDARY): readonly string[] {
  return eventsOf([bytesOf(text)], boundary);
}

function part(headers: string, body: string): string {
  return `--${BOUNDARY}\r\n${headers}\r\n\r\n${body}\r\n`;
}

const NAMED = 'content-disposition: form-data; name="a"';
const CLOSE = `--${BOUNDARY}--`;

/** Cuts `bytes` at every one of `cuts`, taken as fractions of its length. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('a form', () => {
  it.each([
    [
      'two parts',
      part(NAMED, 'x') + part('Content-Disposition: form-data; name=b; filename="f"', 'y') + CLOSE,
      ['part a', 'data x', 'end', 'part b file', 'data y', 'end', 'done'],
    ],
    ['a preamble and an epilogue', `hello\r\n${part(NAMED, 'x')}${CLOSE}\r\nbye`, ['part a', 'data x', 'end', 'done']],
    ['a form in the epilogue', `${CLOSE}\r\n${part(NAMED, 'x')}${CLOSE}`, ['done']],
    ['no parts', CLOSE, ['done']],
    ['an empty part', part(NAMED, '') + CLOSE, ['part a', 'end', 'done']],
    ['a part without the line break of a body', `--${BOUNDARY}\r\n${NAMED}\r\n\r\n${CLOSE}`, ['part a', 'end', 'done']],
    [
      'padding behind a boundary',
      `--${BOUNDARY} \t\r\n${NAMED}\r\n\r\nx\r\n${CLOSE} `,
      ['part a', 'data x', 'end', 'done'],
    ],
    [
      'a body that almost is a boundary',
      part(NAMED, `\r\n--b-\r\n-${BOUNDARY}\r\r\n`) + CLOSE,
      ['part a', `data \r\n--b-\r\n-${BOUNDARY}\r\r\n`, 'end', 'done'],
    ],
    ['a body of line breaks', part(NAMED, '\r\n\r\n') + CLOSE, ['part a', 'data \r\n\r\n', 'end', 'done']],
  ])('with %s is read', (_what, text, expected) => {
    expect(events(text)).toEqual(expected);
  });

  it.each([
    ['upper case and no space', 'CONTENT-DISPOSITION:form-data;NAME="a"', 'part a'],
    ['a quote in the name', 'content-disposition: form-data; name="a\\"b"', 'part a"b'],
    ['a semicolon in the file name', 'content-disposition: form-data; filename="x;name=b"; name="a"', 'part a file'],
    ['a folded line', 'content-disposition: form-data;\r\n name="a"', 'part a'],
    ['other headers', `x-other: 1\r\n${NAMED}\r\ncontent-transfer-encoding: binary`, 'part a'],
    ['a type of its own', `${NAMED}\r\ncontent-type: application/wasm`, 'part a file'],
    ['a type of text', `${NAMED}\r\ncontent-type: text/plain; charset=utf-8`, 'part a'],
    ['the first of two names', `${NAMED}; name="b"`, 'part a'],
  ])('whose part has %s tells what it is', (_what, headers, expected) => {
    expect(events(part(headers, 'x') + CLOSE)[0]).toBe(expected);
  });

  it.each([
    ['nothing in it', '', /before its closing/],
    ['another boundary', `--other\r\n${NAMED}\r\n\r\nx\r\n--other--`, /before its closing/],
    ['its end cut off', part(NAMED, 'x'), /before its closing/],
    ['half a closing boundary', `${part(NAMED, 'x')}--${BOUNDARY}-`, /before its closing/],
    ['its end inside the headers', `--${BOUNDARY}\r\n${NAMED}`, /before its closing/],
    ['a boundary that goes on', `--${BOUNDARY}x\r\n${NAMED}\r\n\r\nx\r\n${CLOSE}`, /not alone/],
    ['a part without headers', `--${BOUNDARY}\r\n\r\nx\r\n${CLOSE}`, /no header content-disposition/],
    ['a part without a name', part('content-disposition: form-data', 'x') + CLOSE, /no header content-disposition/],
    ['a part of another kind', part('content-disposition: attachment; name="a"', 'x') + CLOSE, /content-disposition/],
    ['an open quote', part('content-disposition: form-data; name="a', 'x') + CLOSE, /content-disposition/],
    ['a header that is none', part(`${NAMED}\r\nnonsense`, 'x') + CLOSE, /without a colon/],
    ['an encoding', part(`${NAMED}\r\ncontent-transfer-encoding: base64`, 'eA==') + CLOSE, /send it as it is/],
    ['huge headers', part(`${NAMED}\r\nx: ${'y'.repeat(MAX_PART_HEADER_BYTES)}`, 'x') + CLOSE, /are longer than/],
    ['headers without end', `--${BOUNDARY}\r\n${'y'.repeat(MAX_PART_HEADER_BYTES)}`, /are longer than/],
    ['endless padding', `--${BOUNDARY}${' '.repeat(MAX_PART_HEADER_BYTES + 1)}`, /too much space/],
  ])('with %s is malformed', (_what, text, reason) => {
    const last = events(text).at(-1);
    expect(last).toMatch(/^malformed/);
    expect(last).toMatch(reason);
  });
});

describe('a boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; boundary="abc"', 'abc'],
    ['multipart/form-data; charset=utf-8;Boundary="a b:c"', 'a b:c'],
    ['multipart/form-data; boundary="a\\bc"', 'abc'],
    ['multipart/form-data', undefined],
    ['multipart/form-data; boundary=', undefined],
    ['multipart/form-data; boundary="abc', undefined],
    ['multipart/form-data; boundary="a\r\nb"', undefined],
    ['multipart/form-data; boundary="ab "', undefined],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, undefined],
  ])('of %j is %j', (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });
});

/** Pieces that matter to the parser, and bytes that do not. */
const piece = fc.oneof(
  fc.constantFrom('\r', '\n', '\r\n', '-', '--', BOUNDARY, `\r\n--${BOUNDARY}`, CLOSE, `${NAMED}\r\n`, '\r\n\r\n', ' '),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }),
);
const junk = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
const form = fc
  .tuple(junk, fc.array(junk, { maxLength: 3 }), junk)
  .map(([before, bodies, after]) => `${before}\r\n${bodies.map((body) => part(NAMED, body)).join('')}${CLOSE}${after}`);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('chunks', () => {
  it('property 1: any chunking of the same bytes gives the same events, junk included', () => {
    fc.assert(
      fc.property(fc.oneof(form, junk), cuts, (text, fractions) => {
        expect(eventsOf(cutAt(bytesOf(text), fractions))).toEqual(events(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('property 2: byte by byte is the same too', () => {
    fc.assert(
      fc.property(fc.oneof(form, junk), (text) => {
        expect(eventsOf([...bytesOf(text)].map((byte) => Uint8Array.of(byte)))).toEqual(events(text));
      }),
      { numRuns: 500 },
    );
  });

  it('property 3: a body comes out as it went in', () => {
    const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes));
    fc.assert(
      fc.property(body, cuts, (text, fractions) => {
        fc.pre(!`\r\n${text}\r\n`.includes(`\r\n--${BOUNDARY}`));
        const read = eventsOf(cutAt(bytesOf(part(NAMED, text) + CLOSE), fractions));
        expect(read).toEqual(['part a', ...(text === '' ? [] : [`data ${text}`]), 'end', 'done']);
      }),
      { numRuns: 500 },
    );
  });

  it('that are large are handed on without a copy', () => {
    const head = bytesOf(`--${BOUNDARY}\r\n${NAMED}\r\n\r\n`);
    const parser = new MultipartParser(BOUNDARY);
    for (const chunk of [head, bytesOf('x')]) [...parser.push(chunk)];
    const chunk = new Uint8Array(65_536);
    const [event] = [...parser.push(chunk)];
    expect(event?.kind === 'data' && event.bytes.buffer === chunk.buffer).toBe(true);
  });
});
