/**
 * PURE: whether a function that one component imports can be served by the one of that name that another exports. Values
 * pass as JSON, so what counts is this: each JSON text that a value of the one type is written as is read by the other.
 *
 * Equal types fit, whatever they are called. So does what only adds: more integers (`u8` into `s32`), more digits (`f32`
 * into `f64`), more cases, labels and flags on the side that reads, a value where an option is read, and fields and
 * parameters that are options where the other side does not know them.
 */
import type { CallableFunction, Case, Field, Label, ValueType } from './model.ts';
import { typeText } from './wit-text.ts';

/** A place where an import and an export do not fit. */
export interface Misfit {
  /** The function, as it is imported. */
  readonly function: string;
  /** `options.mode` of a parameter, `result.ok` of the result; empty for the function as a whole. */
  readonly path: string;
  /** The type on each side in WIT, or `nothing`. */
  readonly imported: string;
  readonly exported: string;
}

/** The first place in each imported function that does not fit; none: everything does. */
export function misfits(imported: readonly CallableFunction[], exported: readonly CallableFunction[]): Misfit[] {
  return imported.flatMap((wanted) => {
    const found = exported.find(({ id }) => id === wanted.id);
    const misfit = found === undefined ? { path: '', from: 'a function' } : functionMisfit(wanted, found);
    if (misfit === undefined) return [];
    const { path, from, to } = misfit;
    const [mine, theirs] = path === 'result' || path.startsWith('result.') ? [to, from] : [from, to];
    return [{ function: wanted.id, path, imported: mine ?? 'nothing', exported: theirs ?? 'nothing' }];
  });
}

/** A value that is written as `from` and not read as `to`: types in WIT, or nothing where there is none. */
interface Gap {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

function functionMisfit(wanted: CallableFunction, found: CallableFunction): Gap | undefined {
  // Named `result`, a parameter would be taken for the result below.
  const params = fieldsGap(wanted.params, found.params);
  if (params !== undefined) return { ...params, path: params.path.replace(/^result\b/, 'parameter result') };
  if (wanted.result === undefined && found.result === undefined) return undefined;
  return optionalGap(found.result, wanted.result, 'result');
}

/** Undefined when every value of `from` can be read as `to`. */
export function gapBetween(from: ValueType, to: ValueType, path: string): Gap | undefined {
  const differ = (): Gap => ({ path, from: typeText(from), to: typeText(to) });
  if (to.kind === 'option') return optionGap(from, to.element, path);
  if (from.kind !== to.kind) return widens(from.kind, to.kind) ? undefined : differ();
  switch (from.kind) {
    case 'list':
      return to.kind === 'list' ? elementGap(from.element, to.element, path) : differ();
    case 'fixed-list':
      return to.kind === 'fixed-list' && from.length === to.length
        ? gapBetween(from.element, to.element, `${path}[]`)
        : differ();
    case 'tuple':
      if (to.kind !== 'tuple' || from.elements.length !== to.elements.length) return differ();
      return first(from.elements, (each, index) => optionalGap(each, to.elements[index], `${path}[${index}]`));
    case 'record':
      return to.kind === 'record' ? under(path, fieldsGap(from.fields, to.fields)) : differ();
    case 'variant':
      return to.kind === 'variant' ? casesGap(from.cases, to.cases, path) : differ();
    case 'enum':
      return to.kind === 'enum' && isSubset(from.cases, to.cases) ? undefined : differ();
    case 'flags':
      return to.kind === 'flags' && isSubset(from.labels, to.labels) ? undefined : differ();
    case 'result':
      if (to.kind !== 'result') return differ();
      return optionalGap(from.ok, to.ok, `${path}.ok`) ?? optionalGap(from.err, to.err, `${path}.err`);
    case 'map':
      if (to.kind !== 'map' || from.key.kind !== to.key.kind) return differ();
      return gapBetween(from.value, to.value, `${path}[]`);
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
    case 'error-context':
      return differ();
    default:
      return undefined;
  }
}

/** What `null` stands for must be the same: options of options are written with a `some` around them. */
function optionGap(from: ValueType, element: ValueType, path: string): Gap | undefined {
  if (from.kind === 'option') {
    if ((from.element.kind === 'option') !== (element.kind === 'option')) {
      return { path, from: typeText(from), to: `option<${typeText(element)}>` };
    }
    return gapBetween(from.element, element, path);
  }
  if (element.kind === 'option') return { path, from: typeText(from), to: `option<${typeText(element)}>` };
  return gapBetween(from, element, path);
}

/** Bytes are written as base64 and other lists are not. */
function elementGap(from: ValueType, to: ValueType, path: string): Gap | undefined {
  if ((from.kind === 'u8') !== (to.kind === 'u8')) {
    return { path, from: `list<${typeText(from)}>`, to: `list<${typeText(to)}>` };
  }
  return gapBetween(from, to, `${path}[]`);
}

function fieldsGap(from: readonly Field[], to: readonly Field[]): Gap | undefined {
  const known = new Map(to.map((field) => [field.name, field.type]));
  const written = new Set(from.map(({ name }) => name));
  return (
    first(from, ({ name, type }) => optionalGap(type, known.get(name), name)) ??
    first(to, ({ name, type }) =>
      written.has(name) || type.kind === 'option' ? undefined : { path: name, to: typeText(type) },
    )
  );
}

function casesGap(from: readonly Case[], to: readonly Case[], path: string): Gap | undefined {
  return first(from, ({ name, type }) => {
    const read = to.find((each) => each.name === name);
    return read === undefined
      ? { path: `${path}.${name}`, from: name }
      : optionalGap(type, read.type, `${path}.${name}`);
  });
}

function optionalGap(from: ValueType | undefined, to: ValueType | undefined, path: string): Gap | undefined {
  if (from !== undefined && to !== undefined) return gapBetween(from, to, path);
  if (from === to) return undefined;
  return {
    path,
    ...(from === undefined ? {} : { from: typeText(from) }),
    ...(to === undefined ? {} : { to: typeText(to) }),
  };
}

/** Whether every number of the one kind is a number of the other. */
function widens(from: string, to: string): boolean {
  if (from === 'f32') return to === 'f64';
  const [narrow, wide] = [integer(from), integer(to)];
  if (narrow === undefined || wide === undefined) return false;
  return narrow.signed === wide.signed ? narrow.bits <= wide.bits : !narrow.signed && narrow.bits < wide.bits;
}

function integer(kind: string): { readonly signed: boolean; readonly bits: number } | undefined {
  const match = /^([su])(8|16|32|64)$/.exec(kind);
  return match === null ? undefined : { signed: match[1] === 's', bits: Number(match[2]) };
}

function isSubset(some: readonly Label[], all: readonly Label[]): boolean {
  const names = new Set(all.map(({ name }) => name));
  return some.every(({ name }) => names.has(name));
}

function under(path: string, gap: Gap | undefined): Gap | undefined {
  return gap && { ...gap, path: `${path}.${gap.path}` };
}

function first<T>(items: readonly T[], gapOf: (item: T, index: number) => Gap | undefined): Gap | undefined {
  for (const [index, item] of items.entries()) {
    const gap = gapOf(item, index);
    if (gap !== undefined) return gap;
  }
  return undefined;
}
