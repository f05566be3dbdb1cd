/** Paths as guests write them: relative, of names between slashes. Every other character stands for itself. */
import { MAX_FILE_NAME_BYTES, MAX_FILE_PATH_BYTES } from '../limits.ts';
import { FileError } from './file-error.ts';

export interface GivenPath {
  readonly segments: readonly string[];
  readonly isAbsolute: boolean;
  /** It ends in a slash: what it names has to be a directory. */
  readonly asDirectory: boolean;
}

const encoder = new TextEncoder();

function isLongerThan(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && encoder.encode(text).length > bytes);
}

/** Takes a path apart. Throws for one that names nothing, that no name may be made of, or that is too long. */
export function parsePath(text: string): GivenPath {
  if (text === '') throw new FileError('no-entry');
  if (text.includes('\0')) throw new FileError('invalid');
  if (isLongerThan(text, MAX_FILE_PATH_BYTES)) throw new FileError('name-too-long');
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const segment of segments) {
    if (isLongerThan(segment, MAX_FILE_NAME_BYTES)) throw new FileError('name-too-long');
  }
  return { segments, isAbsolute: text.startsWith('/'), asDirectory: /(?:^|\/)\.?$/.test(text) };
}

/** The path of an entry. `directory` starts with a slash, and ends in one only where it is the root. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** What a path would be without any link on the way: for telling what somebody tried to reach. */
export function plainPath(directory: string, { segments, isAbsolute }: GivenPath): string {
  const names = isAbsolute ? [] : directory.split('/').filter((name) => name !== '');
  for (const segment of segments) {
    if (segment === '..') names.pop();
    else names.push(segment);
  }
  return `/${names.join('/')}`;
}
