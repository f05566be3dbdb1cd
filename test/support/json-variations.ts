/** Other spellings of the same value, and damage to it, for property tests of the codec. */

import fc from 'fast-check';
import type { ValueType } from '../../src/component/model.ts';
import { objectOf } from './arbitrary-types.ts';

type Json = Record<string, unknown>;

/** The same value as a client may also write it: bytes listed, flags as an object, 64-bit strings, none left out. */
export function alternateJson(of: ValueType, json: unknown): unknown {
  switch (of.kind) {
    case 's64':
    case 'u64':
      return String(json);
    case 'list':
      if (of.element.kind === 'u8') return [...Buffer.from(json as string, 'base64')];
      return (json as unknown[]).map((each) => alternateJson(of.element, each));
    case 'fixed-list':
      return (json as unknown[]).map((each) => alternateJson(of.element, each));
    case 'tuple':
      return of.elements.map((each, index) => alternateJson(each, (json as unknown[])[index]));
    case 'record':
      return objectOf(
        of.fields
          .filter(({ name, type }) => type.kind !== 'option' || (json as Json)[name] !== null)
          .map(({ name, type }) => [name, alternateJson(type, (json as Json)[name])]),
      );
    case 'variant': {
      const { tag, val } = json as Json;
      const payload = of.cases.find((each) => each.name === tag)?.type;
      if (payload === undefined || (payload.kind === 'option' && val === null)) return { tag };
      return { val: alternateJson(payload, val), tag };
    }
    case 'flags':
      return objectOf(of.labels.map(({ name }) => [name, (json as string[]).includes(name)]));
    case 'option':
      if (json === null) return null;
      if (of.element.kind === 'option') return { some: alternateJson(of.element, (json as Json)['some']) };
      return alternateJson(of.element, json);
    case 'result': {
      const arm = Object.hasOwn(json as Json, 'ok') ? 'ok' : 'err';
      const payload = of[arm];
      return payload === undefined ? json : { [arm]: alternateJson(payload, (json as Json)[arm]) };
    }
    case 'map':
      if (of.key.kind !== 'string') {
        return (json as Json[]).map((each) => ({
          key: alternateJson(of.key, each['key']),
          value: alternateJson(of.value, each['value']),
        }));
      }
      return objectOf(Object.entries(json as Json).map(([key, value]) => [key, alternateJson(of.value, value)]));
    default:
      return json;
  }
}

/** Values that sit next to the edges of some type, and arbitrary JSON. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    0,
    -1,
    0.5,
    255,
    256,
    -129,
    2 ** 32,
    2 ** 53,
    -(2 ** 53),
    3.4028235e38,
    3.5e38,
    '',
    'ab',
    '-0',
    '01',
    '1e3',
    'NaN',
    '18446744073709551615',
    '-1',
    'AQ==',
    [],
    {},
    { tag: 'b' },
    { ok: null },
    { some: null },
    { ok: null, err: null },
    ['b', 'b'],
    JSON.parse('{"__proto__": 1}'),
    { constructor: true },
    { tag: 'constructor', val: {} },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Puts `part` somewhere into `json`, steered by `path`: replaces, adds or removes a member. */
export function mutate(json: unknown, path: readonly number[], part: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof json !== 'object' || json === null) return part;
  if (Array.isArray(json)) {
    const copy = [...json];
    if (step % 5 === 0) copy.push(part);
    else if (step % 5 === 1) copy.pop();
    else if (copy.length > 0) copy[step % copy.length] = mutate(copy[step % copy.length], rest, part);
    return copy;
  }
  const entries = Object.entries(json);
  const [chosen] = entries.splice(step % Math.max(entries.length, 1), 1);
  if (step % 5 === 0) return objectOf(entries);
  if (step % 5 === 1) return objectOf([...Object.entries(json), ['unheard-of', part]]);
  return objectOf(chosen === undefined ? entries : [...entries, [chosen[0], mutate(chosen[1], rest, part)]]);
}
