/** Paths in a component's volume: one spelling for each, and the globs of storage rules. */
import { err, ok, type Result } from '../core/result.ts';

/** Longest path, in UTF-16 units: PATH_MAX of the systems that guests were written for. */
const MAX_PATH_LENGTH = 4_096;

/**
 * The absolute path of a text: no empty, `.` or `..` segment, `/` for the root. A `..` that would leave the root is refused,
 * so is what has two readings: NUL and other control characters, backslashes, text that is not Unicode (lone
 * surrogates) or not in normal form C. A percent sign is a percent sign: nothing is decoded.
 */
export function normalisePath(text: string): Result<string, string> {
  if (text.length > MAX_PATH_LENGTH) return err(`the path is longer than ${MAX_PATH_LENGTH} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\x00-\x1f\x7f\\]/.test(text)) return err('the path has a control character or a backslash');
  if (!text.isWellFormed()) return err('the path is not Unicode text');
  if (text.normalize('NFC') !== text) return err('the path is not in Unicode normal form C');
  const segments: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return err('the path leads out of the volume');
  }
  return ok(`/${segments.join('/')}`);
}

/** Compiles the path of a storage rule: `**` is any number of segments, none included; `*` any characters of one. */
export function pathMatcher(pattern: string): (path: readonly string[]) => boolean {
  const parts = segmentsOf(pattern);
  if (parts.length === 0) return () => true;
  return (path) => matches(parts, path);
}

/** The segments of a normal path; the root has none. */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** Goes back to the last `**` only, as `matchesGlob` does: the earlier ones have taken the least that they can. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let starAt = 0;
  while (at < path.length) {
    const part = pattern[inPattern];
    if (part === '**') {
      star = inPattern++;
      starAt = at;
    } else if (part !== undefined && segmentMatches(part, path[at] ?? '')) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '**') inPattern++;
  return inPattern === pattern.length;
}

/** A segment of a rule has one `*` at most. */
function segmentMatches(part: string, segment: string): boolean {
  const star = part.indexOf('*');
  if (star < 0) return part === segment;
  const [head, tail] = [part.slice(0, star), part.slice(star + 1)];
  return segment.length >= head.length + tail.length && segment.startsWith(head) && segment.endsWith(tail);
}
