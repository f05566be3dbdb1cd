/**
 * The JavaScript shapes that jco's glue takes and gives, as far as they depend on the type alone. What jco 1.35 does
 * is pinned down by `test/unit/component/codec-jco.test.ts`.
 */

import type { ValueType } from '../model.ts';
import { lowerCamelCase } from '../names.ts';

/** A JSON object or a glue object whose keys are data: without a prototype no key is special. */
export type Dictionary = Record<string, unknown>;

interface Named {
  readonly name: string;
}

const keysOf = new WeakMap<readonly Named[], readonly string[]>();

/** The property names of a record's fields or a flags type's labels, in order: lower camel case, computed once. */
export function propertyKeys(members: readonly Named[]): readonly string[] {
  const known = keysOf.get(members);
  if (known !== undefined) return known;
  const keys = members.map((member) => lowerCamelCase(member.name));
  keysOf.set(members, keys);
  return keys;
}

const placesOf = new WeakMap<readonly Named[], ReadonlyMap<unknown, number>>();

/** Where the member of that name stands, computed once: a search would take as long as there are members. */
export function placeOf(members: readonly Named[], name: unknown): number | undefined {
  const known = placesOf.get(members);
  if (known !== undefined) return known.get(name);
  const places = new Map(members.map((member, index): [unknown, number] => [member.name, index]));
  placesOf.set(members, places);
  return places.get(name);
}

/**
 * Whether the glue writes an option as `{tag: 'some', val}` or `{tag: 'none'}`. It does so exactly where `undefined`
 * is already taken by the element, so in a tower of options every second one is tagged.
 */
export function isTaggedOption(element: ValueType): boolean {
  return element.kind === 'option' && !isTaggedOption(element.element);
}

/** An empty dictionary. */
export function dictionary(): Dictionary {
  return Object.create(null);
}

/** Whether JSON has an object here (and not null or an array). */
export function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own property, never one of its prototype; undefined when there is none. */
export function own(object: Dictionary, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The first own member of `object` that is not known. */
export function strangerIn(object: Dictionary, isKnown: (key: string) => boolean): string | undefined {
  return Object.keys(object).find((key) => !isKnown(key));
}
