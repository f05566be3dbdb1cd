/** The known word that a misspelt one most likely means. */

/** Returns the candidate at most two edits (insert, delete, replace) away from `word`, the nearest first; else nothing. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  // A long word is never a typing error of one of ours, and distance costs the product of both lengths.
  if (word.length > 40) return undefined;
  const allowed = Math.min(2, Math.floor(word.length / 2));
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** Levenshtein's distance, with one row of the table kept. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
