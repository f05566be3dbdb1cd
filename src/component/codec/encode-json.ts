/**
 * The JavaScript value that jco's glue gives → JSON. The glue lifted it by the same type, so a value of another shape
 * is a broken invariant and throws.
 */

import type { Field, Label, Primitive, ValueType } from '../model.ts';
import { encodeBase64 } from './base64.ts';
import { describe } from './mismatch.ts';
import { type Dictionary, dictionary, isDictionary, isTaggedOption, own, propertyKeys } from './shapes.ts';

function broken(expected: string, value: unknown): TypeError {
  return new TypeError(`the glue gave ${describe(value)} where ${expected} was expected`);
}

/**
 * The canonical JSON of a lifted value: options that are none are null, 64-bit integers are numbers while exact, flags
 * are listed in the type's order, bytes are base64. Objects have no prototype; -0 stays (JSON text has it as 0).
 */
export function valueToJson(type: ValueType, value: unknown): unknown {
  switch (type.kind) {
    case 'list':
      return type.element.kind === 'u8' ? encodeBase64(bytesOf(value)) : encodeList(type.element, value);
    case 'fixed-list':
      return encodeList(type.element, value);
    case 'tuple':
      return encodeTuple(type.elements, value);
    case 'record':
      return encodeRecord(type.fields, value);
    case 'variant': {
      const { tag, val } = tagged(value);
      const chosen = type.cases.find((each) => each.name === tag);
      if (chosen === undefined) throw broken('a case of the variant', tag);
      return chosen.type === undefined ? { tag } : { tag, val: valueToJson(chosen.type, val) };
    }
    case 'enum':
      if (!type.cases.some((each) => each.name === value)) throw broken('a case of the enum', value);
      return value;
    case 'flags':
      return encodeFlags(type.labels, value);
    case 'option':
      return encodeOption(type.element, value);
    case 'result': {
      const { tag, val } = tagged(value);
      if (tag !== 'ok' && tag !== 'err') throw broken('a result', value);
      return resultArm(tag, tag === 'ok' ? type.ok : type.err, val);
    }
    case 'map':
      return encodeMap(type.key, type.value, value);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      throw new TypeError(`a value of type ${type.kind} cannot be written in JSON`);
    default:
      return encodeScalar(type.kind, value);
  }
}

/** `{ok: …}` or `{err: …}`, null where the arm carries nothing. */
export function resultArm(arm: 'ok' | 'err', type: ValueType | undefined, value: unknown): Dictionary {
  return { [arm]: type === undefined ? null : valueToJson(type, value) };
}

function encodeScalar(kind: Primitive, value: unknown): unknown {
  if (kind === 'bool' && typeof value === 'boolean') return value;
  if ((kind === 's64' || kind === 'u64') && typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if ((kind === 'string' || kind === 'char') && typeof value === 'string') return value;
  if (typeof value === 'number' && kind !== 'bool' && kind !== 'string' && kind !== 'char') {
    return Number.isFinite(value) ? value : String(value);
  }
  throw broken(kind, value);
}

/** Lists of numbers are lifted as typed arrays, others as arrays. */
function elementsOf(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return value as unknown as ArrayLike<unknown>;
  throw broken('a list', value);
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Uint8Array.from(elementsOf(value), Number);
}

function encodeList(element: ValueType, value: unknown): unknown[] {
  const elements = elementsOf(value);
  const json: unknown[] = [];
  for (let index = 0; index < elements.length; index++) json.push(valueToJson(element, elements[index]));
  return json;
}

function encodeTuple(types: readonly ValueType[], value: unknown): unknown[] {
  const elements = elementsOf(value);
  return types.map((type, index) => valueToJson(type, elements[index]));
}

function encodeRecord(fields: readonly Field[], value: unknown): Dictionary {
  if (!isDictionary(value)) throw broken('a record', value);
  const keys = propertyKeys(fields);
  const json = dictionary();
  for (const [index, field] of fields.entries()) {
    json[field.name] = valueToJson(field.type, own(value, keys[index] ?? field.name));
  }
  return json;
}

function tagged(value: unknown): { readonly tag: unknown; readonly val: unknown } {
  if (!isDictionary(value)) throw broken('a value with a tag', value);
  return { tag: own(value, 'tag'), val: own(value, 'val') };
}

function encodeFlags(labels: readonly Label[], value: unknown): string[] {
  if (!isDictionary(value)) throw broken('flags', value);
  const keys = propertyKeys(labels);
  return labels.filter((_, index) => own(value, keys[index] ?? '') === true).map((label) => label.name);
}

function encodeOption(element: ValueType, value: unknown): unknown {
  if (isTaggedOption(element)) {
    const { tag, val } = tagged(value);
    return tag === 'some' ? { some: valueToJson(element, val) } : null;
  }
  if (value === undefined || value === null) return null;
  const json = valueToJson(element, value);
  return element.kind === 'option' ? { some: json } : json;
}

function encodeMap(keyType: ValueType, valueType: ValueType, value: unknown): unknown {
  const entries = value instanceof Map ? [...value.entries()] : Array.from(elementsOf(value), elementsOf);
  if (keyType.kind !== 'string') {
    return entries.map((entry) => ({ key: valueToJson(keyType, entry[0]), value: valueToJson(valueType, entry[1]) }));
  }
  const json = dictionary();
  for (const entry of entries) json[String(entry[0])] = valueToJson(valueType, entry[1]);
  return json;
}
