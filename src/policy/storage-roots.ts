/** Where a component's view of its volume begins: the directories that its storage rules are about. */
import type { StorageRule } from './document.ts';
import type { Grants } from './grants.ts';
import { segmentsOf } from './path.ts';
import { readPermission } from './permission.ts';

/** A directory that a component finds open when it starts. */
export interface StorageRoot {
  readonly path: string;
  /** Whether a rule lets the component change anything in it. */
  readonly writable: boolean;
}

/**
 * One root for each rule that allows something, in the order of paths: what the rule names before its first wildcard, or
 * the directory of the one file that it names. What is in a root is decided path by path.
 */
export function storageRoots({ permissions, runtime }: Grants): readonly StorageRoot[] {
  const ofPolicy = runtime.revoked.includes('storage') ? [] : permissions.storage.allow;
  const rules = [...ofPolicy, ...runtime.granted.flatMap(storageRule)];
  const paths = [...new Set(rules.map(({ path }) => rootOf(path)))].sort();
  const writes = rules.filter(({ access }) => access.includes('write')).map(({ path }) => rootOf(path));
  return paths.map((path) => ({
    path,
    writable: writes.some((other) => isWithin(other, path) || isWithin(path, other)),
  }));
}

function storageRule(text: string): StorageRule[] {
  const read = readPermission(text);
  return read.ok && read.value.capability === 'storage' ? [read.value.rule] : [];
}

function rootOf(pattern: string): string {
  const segments = segmentsOf(pattern);
  const wildcard = segments.findIndex((segment) => segment.includes('*'));
  return `/${segments.slice(0, wildcard < 0 ? -1 : wildcard).join('/')}`;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
