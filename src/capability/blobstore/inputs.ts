/** Reads what an isolate sent to the blobstore: names are checked, numbers are ranges, and nothing else is looked at. */
import { MAX_BLOB_NAMES } from '../../core/limits.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import type {
  BlobError,
  ContainerInput,
  CopyInput,
  DeleteInput,
  ListInput,
  ObjectInput,
  OpenInput,
  ReadInput,
} from './contract.ts';
import { readContainerName, readObjectName } from './keys.ts';

/** `undefined`: not what the operation takes at all, which no guest can bring about. */
export type Reading<T> = Result<T, BlobError | undefined>;

const NOT_AN_INPUT = err(undefined);

/** Any container that can be; whether it is there is not asked. */
export function readContainer(input: unknown): Reading<ContainerInput> {
  const container = ownFields(input).get('container');
  if (typeof container !== 'string') return NOT_AN_INPUT;
  const name = readContainerName(container);
  return name.ok ? ok({ container }) : name;
}

/** An object by a name that it can have in its container. */
export function readObject(input: unknown): Reading<ObjectInput> {
  const object = ownFields(input).get('object');
  return typeof object === 'string' ? withName(readContainer(input), object, 'object') : NOT_AN_INPUT;
}

/** A page of names; `after` need not be the name of an object that is there. */
export function readList(input: unknown): Reading<ListInput> {
  const after = ownFields(input).get('after');
  if (after === undefined) return readContainer(input);
  return typeof after === 'string' ? withName(readContainer(input), after, 'after') : NOT_AN_INPUT;
}

/** At most `MAX_BLOB_NAMES` names, all of which objects of the container can have. */
export function readDelete(input: unknown): Reading<DeleteInput> {
  const container = readContainer(input);
  const objects: unknown = ownFields(input).get('objects');
  if (!container.ok) return container;
  if (!Array.isArray(objects) || objects.length > MAX_BLOB_NAMES) return NOT_AN_INPUT;
  const names: string[] = [];
  for (const object of objects) {
    const name = readObjectName(container.value.container, object);
    if (!name.ok) return name;
    names.push(name.value);
  }
  return ok({ ...container.value, objects: names });
}

/** Offsets are not below 0; whether they lie in the object is not asked. */
export function readOpen(input: unknown): Reading<OpenInput> {
  const object = readObject(input);
  const [start, end] = ['start', 'end'].map((key) => ownFields(input).get(key));
  if (!object.ok) return object;
  return isOffset(start) && isOffset(end) ? ok({ ...object.value, start, end }) : NOT_AN_INPUT;
}

/** A range of at least one byte, of one state of the object. */
export function readRange(input: unknown): Reading<ReadInput> {
  const object = readObject(input);
  const fields = ownFields(input);
  const [etag, offset, length] = ['etag', 'offset', 'length'].map((key) => fields.get(key));
  if (!object.ok) return object;
  if (typeof etag !== 'string' || !isCount(offset) || !isCount(length) || length === 0) return NOT_AN_INPUT;
  return ok({ ...object.value, etag, offset, length });
}

/** Source and target, which may be the same. */
export function readCopy(input: unknown): Reading<CopyInput> {
  const [from, to] = ['from', 'to'].map((key) => readObject(ownFields(input).get(key)));
  if (from === undefined || to === undefined) return NOT_AN_INPUT;
  if (!from.ok) return from;
  return to.ok ? ok({ from: from.value, to: to.value }) : to;
}

function withName<K extends string>(
  container: Reading<ContainerInput>,
  given: string,
  key: K,
): Reading<ContainerInput & { readonly [P in K]: string }> {
  if (!container.ok) return container;
  const name = readObjectName(container.value.container, given);
  if (!name.ok) return name;
  return ok({ ...container.value, [key]: name.value } as ContainerInput & { readonly [P in K]: string }); // the key is K
}

function isOffset(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= 0n;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
