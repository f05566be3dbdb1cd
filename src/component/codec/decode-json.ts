/** JSON → the JavaScript value that jco's glue takes, strictly: what the type does not say is refused. */

import { err, ok, type Result } from '../../core/result.ts';
import type { Case, Field, Label, ValueType } from '../model.ts';
import { decodeFlags, decodeList, decodeMap } from './collections-from-json.ts';
import {
  type Mismatch,
  mismatch,
  missing,
  nameList,
  segment,
  toFailure,
  under,
  unknownName,
  type ValueFailure,
} from './mismatch.ts';
import { type Decoded, scalarFromJson } from './scalars-from-json.ts';
import {
  type Dictionary,
  dictionary,
  isDictionary,
  isTaggedOption,
  own,
  placeOf,
  propertyKeys,
  strangerIn,
} from './shapes.ts';
import { tooMany, ValueCount } from './value-count.ts';

/** Decodes one JSON value; `path` says where it stands and starts the path of a failure. */
export function valueFromJson(type: ValueType, json: unknown, path: string): Result<unknown, ValueFailure> {
  const decoded = decode(type, json, new ValueCount());
  return decoded.ok ? decoded : err(toFailure(path, decoded.error));
}

/** Decodes one JSON value; a mismatch tells the way to it from here. What is decoded is taken off `left`. */
export function decode(type: ValueType, json: unknown, left: ValueCount): Decoded {
  if (!left.take()) return err(tooMany());
  switch (type.kind) {
    case 'list':
      return decodeList(type.element, json, left, decode);
    case 'fixed-list':
      return decodeElements(type.length, () => type.element, json, left);
    case 'tuple':
      return decodeElements(type.elements.length, (index) => type.elements[index], json, left);
    case 'record':
      return decodeFields(type.fields, json, { noun: 'field', keys: propertyKeys(type.fields), left });
    case 'variant':
      return decodeVariant(type.cases, json, left);
    case 'enum':
      return decodeEnum(type.cases, json);
    case 'flags':
      return left.take(type.labels.length) ? decodeFlags(type.labels, json) : err(tooMany());
    case 'option':
      return decodeOption(type.element, json, left);
    case 'result':
      return decodeResult(type, json, left);
    case 'map':
      return decodeMap(type, json, left, decode);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
      return err(mismatch(`a value that JSON cannot hold (${type.kind})`, json));
    default:
      return scalarFromJson(type.kind, json);
  }
}

function namesOf(members: readonly Label[]): string[] {
  return members.map((member) => member.name);
}

function decodeElements(
  length: number,
  typeOf: (index: number) => ValueType | undefined,
  json: unknown,
  left: ValueCount,
): Decoded {
  if (!Array.isArray(json) || json.length !== length) return err(mismatch(`an array of exactly ${length}`, json));
  const values: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const type = typeOf(index);
    if (type === undefined) break;
    const decoded = decode(type, json[index], left);
    if (!decoded.ok) return err(under(`[${index}]`, decoded.error));
    values.push(decoded.value);
  }
  return ok(values);
}

interface Members {
  readonly noun: 'field' | 'parameter';
  /** What the fields are called in the decoded object, in their order. */
  readonly keys: readonly string[];
  readonly left: ValueCount;
}

/** Decodes the members of an object into one keyed by `keys`; used for records and for the arguments of a call. */
export function decodeFields(
  fields: readonly Field[],
  json: unknown,
  { noun, keys, left }: Members,
): Result<Dictionary, Mismatch> {
  if (!isDictionary(json)) return err(mismatch(`an object of ${noun}s (${nameList(namesOf(fields))})`, json));
  const stranger = strangerIn(json, (key) => placeOf(fields, key) !== undefined);
  if (stranger !== undefined) return err(unknownName(noun, stranger, namesOf(fields)));
  const record = dictionary();
  for (const [index, field] of fields.entries()) {
    const decoded = decodeMember(json, field, noun, left);
    if (!decoded.ok) return decoded;
    record[keys[index] ?? field.name] = decoded.value;
  }
  return ok(record);
}

function decodeMember(json: Dictionary, { name: key, type }: Field, noun: string, left: ValueCount): Decoded {
  const value = own(json, key);
  // JSON has no undefined; a caller's object may, and means the same as leaving the member out.
  if (value === undefined && type.kind !== 'option') return err(missing(segment(key), `the ${noun} \`${key}\``));
  const decoded = decode(type, value, left);
  return decoded.ok ? decoded : err(under(segment(key), decoded.error));
}

function decodeVariant(cases: readonly Case[], json: unknown, left: ValueCount): Decoded {
  if (!isDictionary(json)) return err(mismatch(`an object with a tag (${nameList(namesOf(cases))})`, json));
  const tag = own(json, 'tag');
  const chosen = cases[placeOf(cases, tag) ?? -1];
  if (chosen === undefined) return err(under('.tag', mismatch(`one of ${nameList(namesOf(cases))}`, tag)));
  const members = chosen.type === undefined ? ['tag'] : ['tag', 'val'];
  const stranger = strangerIn(json, (key) => members.includes(key));
  if (stranger !== undefined) return err(unknownName('field', stranger, members));
  if (chosen.type === undefined) return ok({ tag });
  const decoded = decodeMember(json, { name: 'val', type: chosen.type }, 'field', left);
  return decoded.ok ? ok({ tag, val: decoded.value }) : decoded;
}

function decodeEnum(cases: readonly Label[], json: unknown): Decoded {
  if (placeOf(cases, json) !== undefined) return ok(json);
  return err(mismatch(`one of ${nameList(namesOf(cases))}`, json));
}

function decodeOption(element: ValueType, json: unknown, left: ValueCount): Decoded {
  const tagged = isTaggedOption(element);
  if (json === null || json === undefined) return ok(tagged ? { tag: 'none' } : undefined);
  const decoded =
    element.kind === 'option' ? decodeOnly(json, ['some'], () => element, left) : decode(element, json, left);
  return decoded.ok && tagged ? ok({ tag: 'some', val: decoded.value }) : decoded;
}

function decodeResult(
  type: { readonly ok?: ValueType; readonly err?: ValueType },
  json: unknown,
  left: ValueCount,
): Decoded {
  const arms = ['ok', 'err'] as const;
  const arm = isDictionary(json) ? arms.find((each) => Object.hasOwn(json, each)) : undefined;
  const decoded = decodeOnly(json, arms, (key) => (key === 'ok' ? type.ok : type.err), left);
  return decoded.ok ? ok({ tag: arm, val: decoded.value }) : decoded;
}

/** An object with exactly one member, whose key is one of `keys`; a key without a type holds null. */
function decodeOnly(
  json: unknown,
  keys: readonly string[],
  typeOf: (key: string) => ValueType | undefined,
  left: ValueCount,
): Decoded {
  const members = isDictionary(json) ? Object.keys(json) : [];
  const [key] = members;
  if (!isDictionary(json) || key === undefined || members.length !== 1 || !keys.includes(key)) {
    const shapes = keys.map((each) => `{"${each}": …}`).join(' or ');
    return err(mismatch(keys.length === 1 ? `${shapes} or null` : shapes, json));
  }
  const type = typeOf(key);
  const value = json[key];
  if (type !== undefined) {
    const decoded = decode(type, value, left);
    return decoded.ok ? decoded : err(under(segment(key), decoded.error));
  }
  return value === null ? ok(undefined) : err(under(segment(key), mismatch('null', value)));
}
