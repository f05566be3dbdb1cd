/** Function names as rules spell them: with or without version, package and interface. */
import { matchesGlob } from './glob.ts';

/** Longest function name that is looked at, in UTF-16 units: as long as a pattern may be. */
const MAX_FUNCTION_LENGTH = 512;

/** What a request may be about: a name as WIT spells it, no wildcard. */
export function isFunctionName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_FUNCTION_LENGTH && /^[A-Za-z0-9:/#@.+_[\]-]+$/.test(name);
}

/**
 * The spellings under which a function is known: `demo:shop/prices@1.0.0#quote` is also `demo:shop/prices#quote`,
 * `prices#quote` and `quote`.
 */
export function spellingsOf(name: string): readonly string[] {
  const hash = name.indexOf('#');
  if (hash < 0) return [name];
  const [whole, short] = [name.slice(0, hash), name.slice(hash + 1)];
  const plain = whole.replace(/@.*$/, '');
  const last = plain.slice(plain.lastIndexOf('/') + 1);
  return [...new Set([name, `${plain}#${short}`, `${last}#${short}`, short])];
}

/** Compiles the globs of one rule: each is tried on every spelling. */
export function functionMatcher(globs: readonly string[]): (spellings: readonly string[]) => boolean {
  if (globs.includes('*')) return () => true;
  return (spellings) => globs.some((glob) => spellings.some((name) => matchesGlob(glob, name)));
}
