/** What is wrong with a policy, where, and how that is told to the outside. */

import type * as z from 'zod';
import { type Failure, failure } from '../core/errors.ts';
import { nearest } from './nearest.ts';
import { shown } from './units.ts';

/** One problem of a document. `field` is a path such as `permissions.network.allow[0].host`, empty for the whole. */
export interface PolicyFailure {
  readonly line?: number;
  readonly column?: number;
  readonly field: string;
  readonly message: string;
}

/** Keys and indexes from the root of a document. */
export type FieldPath = readonly (string | number)[];

/** A problem before its place in the text is known. `at` is `key` where the key itself is what is wrong. */
export interface Problem {
  readonly path: FieldPath;
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** Problems reported for one document: enough to repair it, and not a megabyte for a megabyte of nonsense. */
export const MAX_REPORTED = 50;

/** Between the known keys that `section` (schema-parts.ts) hands over with an unknown one; no key has a space. */
export const KEY_SEPARATOR = ' ';

/** `permissions.network.allow[0].host`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** Problems of a schema's issues, in our words: zod speaks of objects and records, a policy's author of mappings. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], root: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      const known = issue.message.split(KEY_SEPARATOR);
      return issue.keys
        .slice(0, MAX_REPORTED)
        .map((key) => ({ path: [...path, key], at: 'key', message: unknownKey(key, known) }));
    }
    if (issue.code === 'invalid_type') {
      const given = path.reduce<unknown>((value, part) => memberOf(value, part), root);
      const expected = issue.expected === 'array' ? 'a list' : 'a mapping';
      const message =
        given === undefined ? `is required: write ${expected}` : `expected ${expected}, got ${shown(given)}`;
      return [{ path, at: 'value', message }];
    }
    return [{ path, at: 'value', message: issue.message }];
  });
}

/** ``unknown key `permisions`: did you mean `permissions`?`` */
function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known here are ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  return `unknown key \`${key.length > 60 ? `${key.slice(0, 57)}…` : key}\`: ${hint}`;
}

/** One line of text per problem: `line 3, permissions.network: …`. */
export function formatFailure(problem: PolicyFailure): string {
  const where = [problem.line === undefined ? '' : `line ${problem.line}`, problem.field].filter((part) => part !== '');
  return where.length === 0 ? problem.message : `${where.join(', ')}: ${problem.message}`;
}

/**
 * The failure that callers see. The message tells the first problem; details have its `line` and `field` (where there
 * are any) and all `problems`, one a line. `what` names the document: `the policy of shop`, `template default`.
 */
export function toFailure(failures: readonly PolicyFailure[], what: string): Failure {
  const [first, ...others] = failures;
  if (first === undefined) throw new Error('a policy without problems has no failure');
  const more = others.length === 0 ? '' : ` (and ${others.length} more: see details.problems)`;
  return failure('POLICY_INVALID', `${what} is not valid: ${formatFailure(first)}${more}`, {
    ...(first.line === undefined ? {} : { line: String(first.line) }),
    ...(first.column === undefined ? {} : { column: String(first.column) }),
    field: first.field,
    problems: failures.map(formatFailure).join('\n'),
  });
}

function memberOf(value: unknown, part: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return Reflect.get(value, part);
}
