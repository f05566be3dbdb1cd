/** What a value of the wrong shape is told: where it is, what was expected there, what came instead. */

/** Why a JSON value is not a value of its WIT type. */
export interface ValueFailure {
  /** Where: `options.uppercase`, `items[3].name`; `arguments` for the whole of them. */
  readonly path: string;
  readonly expected: string;
  /** What came instead, cut to a bounded length. */
  readonly got: string;
  /** A full sentence that names the path and says what to do. */
  readonly message: string;
}

/**
 * A failure whose path is not complete yet: the decoder knows only the way from the value it was given.
 * Paths are put together on the way out, so that a list of a million good elements builds none.
 */
export interface Mismatch {
  /** The way from the value being decoded, `` or `.name` or `[3].name`. */
  readonly at: string;
  readonly expected: string;
  readonly got: string;
  /** The sentence, given the full path in back quotes. */
  readonly sentence: (where: string) => string;
}

/** The path of the root, which has no name of its own. */
const WHOLE = 'arguments';
const MAX_QUOTED_CHARACTERS = 40;
const MAX_LISTED_NAMES = 24;
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9-]*$/;

/** A string as a message shows it: quoted as JSON, cut when long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text);
}

/** The names that were possible, as a message lists them: `` `a`, `b` ``. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED_NAMES).map((name) => `\`${name}\``);
  return names.length > shown.length ? `${shown.join(', ')}, … (${names.length} in all)` : shown.join(', ');
}

/** A JSON value in a few words: `a number (3.5)`, `an array of 2`, `null`. */
export function describe(json: unknown): string {
  if (json === undefined) return 'nothing';
  if (json === null) return 'null';
  if (typeof json === 'string') return `the string ${quoted(json)}`;
  if (typeof json === 'number' || typeof json === 'boolean') return `the ${typeof json} ${json}`;
  if (Array.isArray(json)) return `an array of ${json.length}`;
  return typeof json === 'object' ? 'an object' : `a ${typeof json}`;
}

/** The usual mismatch: something else was expected here. `hint` follows as a sentence of its own. */
export function mismatch(expected: string, json: unknown, hint?: string): Mismatch {
  const got = describe(json);
  const tail = hint === undefined ? '' : `; ${hint}`;
  return { at: '', expected, got, sentence: (where) => `${where} must be ${expected}, not ${got}${tail}` };
}

/** A value that is left out. */
export function missing(at: string, expected: string): Mismatch {
  const sentence = (where: string) => `${where} is missing: expected ${expected}`;
  return { at, expected, got: 'nothing', sentence };
}

/** A field, parameter, flag or case that the type does not have; `noun` says which of these. */
export function unknownName(noun: string, name: string, known: readonly string[]): Mismatch {
  const expected = known.length === 0 ? `no ${noun}` : `one of ${nameList(known)}`;
  const short = PLAIN_KEY.test(name) && name.length <= MAX_QUOTED_CHARACTERS ? name : quoted(name);
  const sentence = (where: string) => {
    const parent = where.slice(1, -1 - segment(name).length);
    return `unknown ${noun} \`${short}\` in \`${parent === '' ? WHOLE : parent}\`: expected ${expected}`;
  };
  return { at: segment(name), expected, got: `the ${noun} \`${short}\``, sentence };
}

/** One step into an object: `.name`, or `["any key"]` for a key that is not a WIT label. */
export function segment(key: string): string {
  return PLAIN_KEY.test(key) && key.length <= MAX_QUOTED_CHARACTERS ? `.${key}` : `[${quoted(key)}]`;
}

/** The same mismatch, seen from one level further out. */
export function under(step: string, inner: Mismatch): Mismatch {
  return { ...inner, at: step + inner.at };
}

/** The finished failure, `path` being where the decoded value itself is. */
export function toFailure(path: string, inner: Mismatch): ValueFailure {
  const joined = path + inner.at;
  const full = joined.startsWith('.') ? joined.slice(1) : joined;
  const where = full === '' ? WHOLE : full;
  return { path: where, expected: inner.expected, got: inner.got, message: inner.sentence(`\`${where}\``) };
}
