/** The text of the harness, the code around every component. Written by `scripts/build.ts`. */
import text from '../../dist/isolates/harness.txt';
import hash from '../../dist/isolates/harness-hash.txt';

export const HARNESS: string = text;

/** Changes with the harness: it is part of every isolate's id. */
export const HARNESS_HASH: string = hash;
