/** The header `content-length`, which is kept to: it says how long a body has to be. */
import type { Fields } from './fields.ts';

const decoder = new TextDecoder();

/** The length in bytes that the headers declare; undefined when they declare none, or nothing that is one length. */
export function declaredLength(headers: Fields): bigint | undefined {
  const texts = new Set(headers.get('content-length').map((value) => decoder.decode(value).trim()));
  const [text = ''] = texts;
  return texts.size === 1 && /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}
