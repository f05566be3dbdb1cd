/** Names and patterns of all capabilities but the network's: text in, normal form out, or what is wrong with it. */

import { err, ok } from '../core/result.ts';
import { nearest } from './nearest.ts';
import { type Reading, shown } from './units.ts';

type Reader = (given: unknown) => Reading<string>;

/** The longest name or pattern, in characters: no platform name is longer, and globs cost time per character. */
const MAX_PATTERN = 512;

/** `fs://work/**` and `fs:///work/**` are both `/work/**`: every component has one volume, and it starts at `/`. */
export const readStoragePath: Reader = (given) => {
  const forms = "write a path in the component's volume such as fs://work/** or fs://work/report.txt";
  if (typeof given !== 'string') return err(`${shown(given)} is not a storage URI: ${forms}`);
  const wrong = (why: string): Reading<never> => err(`storage URI ${shown(given)} ${why}: ${forms}`);
  if (!given.startsWith('fs://')) return wrong('does not start with fs://');
  if (given === 'fs://') return wrong('names no path (the whole volume is fs:///)');
  if (given.length > MAX_PATTERN) return wrong(`is longer than ${MAX_PATTERN} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\x00-\x1f\x7f\\]/.test(given)) return wrong('has a control character or a backslash');
  const segments = given
    .slice('fs://'.length)
    .split('/')
    .filter((segment) => segment !== '');
  for (const segment of segments) {
    if (segment === '.' || segment === '..') return wrong(`has the segment ${segment}; write the path that is meant`);
    if (segment !== '**' && segment.includes('**')) return wrong('may have ** only as a whole segment');
    if (segment !== '**' && segment.split('*').length > 2) return wrong('may have one * in a segment');
  }
  return ok(`/${segments.join('/')}`);
};

/** Environment keys, as POSIX has them; those that start with SKERRY_ are the platform's. */
export const readEnvironmentKey: Reader = (given) => {
  if (typeof given !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(given)) {
    return err(`${shown(given)} is not an environment key: use letters, digits and _, no digit first, no wildcard`);
  }
  if (/^SKERRY_/i.test(given)) return err(`${given} is reserved: keys that start with SKERRY_ belong to the platform`);
  return ok(given);
};

/** An environment value: text, because a number or a boolean has more than one spelling. */
export const readEnvironmentValue: Reader = (given) => {
  if (typeof given !== 'string') return err(`${shown(given)} is not text: put the value in quotes`);
  return given.includes('\0') ? err('the value has a NUL character, which no environment can hold') : ok(given);
};

/** A topic: segments between dots, each a name or a lone `*`. */
export const readTopic: Reader = (given) => {
  const shape = /^(?:[A-Za-z0-9_:/-]+|\*)(?:\.(?:[A-Za-z0-9_:/-]+|\*))*$/;
  if (typeof given === 'string' && given.length <= MAX_PATTERN && shape.test(given)) return ok(given);
  return err(`${shown(given)} is not a topic: write names between dots, a * only as a whole one, such as orders.*`);
};

/** A reader of bucket and container names: a name, a name that ends in `*`, or `*`. */
export function readStoreName(what: string): Reader {
  return (given) => {
    if (typeof given === 'string' && /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,62}\*?|\*)$/.test(given)) return ok(given);
    return err(
      `${shown(given)} is not a ${what}: use letters, digits, ".", "_" and "-" (at most 63), a * only at the end`,
    );
  };
}

/** A component name, one that ends in `*`, or `*`. */
export const readComponentName: Reader = (given) => {
  if (typeof given === 'string' && /^(?:[a-z][a-z0-9-]{0,62}\*?|\*)$/.test(given)) return ok(given);
  return err(
    `${shown(given)} is not a component name: use a-z, 0-9 and "-" (at most 63), a letter first, a * only at the end`,
  );
};

/** A glob over WIT names: functions (`quote`, `tools#*`), imports (`wasi:*`). */
export const readWitGlob: Reader = (given) => {
  if (typeof given === 'string' && given.length <= MAX_PATTERN && /^[A-Za-z0-9*:/#@.+_[\]-]+$/.test(given))
    return ok(given);
  return err(
    `${shown(given)} is not a WIT name or glob: write it as WIT spells it, such as quote, tools#* or wasi:http/*`,
  );
};

/** A WIT name without wildcards: a function or an interface. */
export const readWitName: Reader = (given) => {
  const read = readWitGlob(given);
  if (read.ok && !read.value.includes('*')) return read;
  return err(`${shown(given)} is not a WIT name: write one export, such as health-check or wasi:http/incoming-handler`);
};

/** `1.0` and its compatible successors; unquoted, YAML makes it the number 1. */
export const readVersion: Reader = (given) => {
  const text = typeof given === 'number' ? String(given) : given;
  if (text === '1') return ok('1.0');
  if (typeof text === 'string' && /^1(\.\d{1,6}){1,2}$/.test(text)) return ok(text);
  return err(`${shown(given)} is not a known policy version: write version: "1.0"`);
};

/** Free text. */
export const readText: Reader = (given) =>
  typeof given === 'string' ? ok(given) : err(`${shown(given)} is not text: put it in quotes`);

/** A reader of one of a closed set of words. */
export function readWord<const W extends string>(words: readonly W[]): (given: unknown) => Reading<W> {
  return (given) => {
    const known = words.find((word) => word === given);
    if (known !== undefined) return ok(known);
    const meant = typeof given === 'string' ? nearest(given, words) : undefined;
    return err(
      `${shown(given)} is not one of ${words.join(', ')}${meant === undefined ? '' : `: did you mean ${meant}?`}`,
    );
  };
}
