/** The variants `method` and `scheme` of `wasi:http/types`. */

export interface Method {
  readonly tag: string;
  readonly val?: string;
}

export interface Scheme {
  readonly tag: 'HTTP' | 'HTTPS' | 'other';
  readonly val?: string;
}

/** The methods that have a case of their own, as a request line spells them. */
const NAMED = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** As a request line spells it. */
export function methodText({ tag, val }: Method): string {
  return tag === 'other' ? (val ?? '') : tag.toUpperCase();
}

/** The method of a request line; methods are told apart by case. */
export function methodOf(text: string): Method {
  return NAMED.has(text) ? { tag: text.toLowerCase() } : { tag: 'other', val: text };
}
