/** JSON → lists, flags and maps as jco's glue takes them. */

import { err, ok } from '../../core/result.ts';
import type { Label, ValueType } from '../model.ts';
import { decodeBase64 } from './base64.ts';
import { mismatch, nameList, segment, under, unknownName } from './mismatch.ts';
import type { Decoded } from './scalars-from-json.ts';
import { type Dictionary, dictionary, isDictionary, own, propertyKeys } from './shapes.ts';
import type { ValueCount } from './value-count.ts';

/** The decoder of any type, passed in so that this file does not import the one that calls it. */
type Decode = (type: ValueType, json: unknown, left: ValueCount) => Decoded;

interface MapType {
  readonly key: ValueType;
  readonly value: ValueType;
}

/** A list: an array; a list of bytes: base64, or an array of bytes. */
export function decodeList(element: ValueType, json: unknown, left: ValueCount, decode: Decode): Decoded {
  const bytes = element.kind === 'u8';
  if (bytes && typeof json === 'string') {
    const decoded = decodeBase64(json);
    return decoded === undefined ? err(mismatch('base64 (padded, standard alphabet)', json)) : ok(decoded);
  }
  if (!Array.isArray(json)) return err(mismatch(bytes ? 'a base64 string or an array of bytes' : 'an array', json));
  const values: unknown[] = [];
  for (let index = 0; index < json.length; index++) {
    const decoded = decode(element, json[index], left);
    if (!decoded.ok) return err(under(`[${index}]`, decoded.error));
    values.push(decoded.value);
  }
  return ok(bytes ? Uint8Array.from(values, Number) : values);
}

/** Flags: an array of unique names, or an object of booleans. The glue gets every flag spelled out. */
export function decodeFlags(labels: readonly Label[], json: unknown): Decoded {
  const names = labels.map((label) => label.name);
  const keys = propertyKeys(labels);
  const flags = dictionary();
  for (const key of keys) flags[key] = false;
  if (Array.isArray(json)) return setListed(json, names, keys, flags);
  if (isDictionary(json)) return setTrue(json, names, keys, flags);
  return err(mismatch(`an array of flag names (${nameList(names)})`, json));
}

function setListed(json: unknown[], names: readonly string[], keys: readonly string[], flags: Dictionary): Decoded {
  for (const [index, name] of json.entries()) {
    const key = typeof name === 'string' ? keys[names.indexOf(name)] : undefined;
    if (key === undefined) return err(under(`[${index}]`, mismatch(`one of ${nameList(names)}`, name)));
    if (flags[key] === true) return err(under(`[${index}]`, mismatch('a flag that is not listed twice', name)));
    flags[key] = true;
  }
  return ok(flags);
}

function setTrue(json: Dictionary, names: readonly string[], keys: readonly string[], flags: Dictionary): Decoded {
  for (const name of Object.keys(json)) {
    const key = keys[names.indexOf(name)];
    if (key === undefined) return err(unknownName('flag', name, names));
    const value = own(json, name);
    if (typeof value !== 'boolean') return err(under(segment(name), mismatch('true or false', value)));
    flags[key] = value;
  }
  return ok(flags);
}

/** A map: an object when the key is a string, else an array of `{key, value}`. The glue takes a `Map` only. */
export function decodeMap({ key, value }: MapType, json: unknown, left: ValueCount, decode: Decode): Decoded {
  if (key.kind === 'string') return decodeStringMap({ key, value }, json, left, decode);
  if (!Array.isArray(json)) return err(mismatch('an array of {"key": …, "value": …}', json));
  const entry: ValueType = {
    kind: 'record',
    fields: [
      { name: 'key', type: key },
      { name: 'value', type: value },
    ],
  };
  const map = new Map<unknown, unknown>();
  for (const [index, each] of json.entries()) {
    const decoded = decode(entry, each, left);
    if (!decoded.ok) return err(under(`[${index}]`, decoded.error));
    const pair = isDictionary(decoded.value) ? decoded.value : dictionary();
    if (map.has(pair['key'])) {
      return err(under(`[${index}].key`, mismatch('a key that is not listed twice', own(each as Dictionary, 'key'))));
    }
    map.set(pair['key'], pair['value']);
  }
  return ok(map);
}

function decodeStringMap({ key, value }: MapType, json: unknown, left: ValueCount, decode: Decode): Decoded {
  if (!isDictionary(json)) return err(mismatch('an object', json));
  const map = new Map<unknown, unknown>();
  for (const [name, each] of Object.entries(json)) {
    const text = decode(key, name, left);
    const decoded = text.ok ? decode(value, each, left) : text;
    if (!decoded.ok) return err(under(segment(name), decoded.error));
    map.set(name, decoded.value);
  }
  return ok(map);
}
