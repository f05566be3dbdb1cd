/** Globs over names: `*` stands for any characters, none included. Everything else stands for itself. */

/**
 * Tells whether `name` as a whole matches `glob`. Runs in time proportional to the product of both lengths: a glob is
 * untrusted, and a regular expression made from `*a*a*a*b` would backtrack for minutes.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let inGlob = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (glob[inGlob] === '*') {
      star = inGlob++;
      starAt = at;
    } else if (inGlob < glob.length && glob[inGlob] === name[at]) {
      inGlob++;
      at++;
    } else if (star >= 0) {
      inGlob = star + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}
