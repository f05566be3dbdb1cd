/** Reads what comes out of an isolate, or from a guest through it, as the data that it is. Nothing here throws. */

/** Characters of a text in an outcome: a message, a path, what was expected. */
const MAX_TEXT = 2_000;

/** A number that an isolate gives, where it can be a count. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** A text, cut; empty for what is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? cut(value, MAX_TEXT) : '';
}

/** A cut never leaves half a character. */
export function cut(value: string, maxCharacters: number): string {
  return value.slice(0, maxCharacters).toWellFormed();
}

/** What an error says, if it says it in text. A DOMException's message is a getter, hence not `ownFields`. */
export function messageOf(error: unknown): string {
  try {
    return textOf(typeof error === 'object' && error !== null && 'message' in error ? error.message : error);
  } catch {
    return '';
  }
}

/** Fields that are looked at: nothing that an isolate says has as many, and each takes many times its own size in memory. */
const MAX_FIELDS = 1_000;

/** Own data properties only: a getter or a prototype is not an answer, and neither is a proxy that throws, a list, or bytes. */
export function ownFields(value: unknown): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map();
  try {
    if (Array.isArray(value) || ArrayBuffer.isView(value) || Object.keys(value).length > MAX_FIELDS) return new Map();
    return new Map(
      Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, descriptor]) => [key, descriptor.value]),
    );
  } catch {
    return new Map();
  }
}
