/** Base64 (RFC 4648 §4, padded) without help from the host: the codec runs where globals may be gone. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 61;
const INVALID = 255;
/** Characters per `fromCharCode` call, a multiple of four below the engines' limit of arguments. */
const CHUNK = 8192;

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const VALUES = new Uint8Array(128).fill(INVALID);
CODES.forEach((code, value) => {
  VALUES[code] = value;
});

function sextet(text: string, index: number): number {
  return VALUES[text.charCodeAt(index)] ?? INVALID;
}

function paddingLength(text: string): number {
  if (text.charCodeAt(text.length - 1) !== PADDING) return 0;
  return text.charCodeAt(text.length - 2) === PADDING ? 2 : 1;
}

/**
 * The bytes, or undefined for text that is not canonical base64: white space, a missing or misplaced `=`, the URL
 * alphabet, or bits that are set behind the last byte.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.length === 0 ? 0 : paddingLength(text);
  const characters = text.length - padding;
  const bytes = new Uint8Array(Math.floor((characters * 3) / 4));
  let bits = 0;
  let buffer = 0;
  let length = 0;
  for (let index = 0; index < characters; index++) {
    const value = sextet(text, index);
    if (value === INVALID) return undefined;
    buffer = ((buffer << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = buffer >> bits;
    }
  }
  return (buffer & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

/** The canonical base64 of the bytes. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const digits = Math.min(3, bytes.length - index) + 1;
    for (let digit = 0; digit < digits; digit++) {
      codes[length + digit] = CODES[(group >> (18 - 6 * digit)) & 63] ?? PADDING;
    }
    length += 4;
  }
  let text = '';
  for (let start = 0; start < codes.length; start += CHUNK) {
    text += String.fromCharCode(...codes.subarray(start, start + CHUNK));
  }
  return text;
}
