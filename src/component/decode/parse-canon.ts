/** Canonical definitions: what lifts and lowers functions, and the built-ins. Only lifts reach the world; linking needs all. */
import type { Context } from './context.ts';
import { skipCoreValueType } from './core-types.ts';
import { parseTypeRef, readPresence } from './parse-types.ts';
import type { Reader } from './reader.ts';
import type { CanonOptions, CoreDefinition, Definition } from './syntax.ts';

/** Operands of a built-in, in order: an index, an optional flag, options, a core value type, a result list. */
type Operand = 'index' | 'flag' | 'options' | 'value-type' | 'results';

/** Binary.md, "Canonical Definitions": everything but lift and lower. */
const BUILT_INS: ReadonlyMap<number, readonly Operand[]> = new Map<number, readonly Operand[]>([
  [0x02, ['index']],
  [0x03, ['index']],
  [0x04, ['index']],
  [0x05, []],
  [0x06, ['flag']],
  [0x07, ['index']],
  [0x08, []],
  [0x09, ['results', 'options']],
  [0x0a, ['value-type', 'index']],
  [0x0b, ['value-type', 'index']],
  [0x0c, ['flag']],
  [0x0d, []],
  [0x0e, ['index']],
  [0x0f, ['index', 'options']],
  [0x10, ['index', 'options']],
  [0x11, ['index', 'flag']],
  [0x12, ['index', 'flag']],
  [0x13, ['index']],
  [0x14, ['index']],
  [0x15, ['index']],
  [0x16, ['index', 'options']],
  [0x17, ['index', 'options']],
  [0x18, ['index', 'flag']],
  [0x19, ['index', 'flag']],
  [0x1a, ['index']],
  [0x1b, ['index']],
  [0x1c, ['options']],
  [0x1d, ['options']],
  [0x1e, []],
  [0x1f, []],
  [0x20, ['flag', 'index']],
  [0x21, ['flag', 'index']],
  [0x22, []],
  [0x23, []],
  [0x24, []],
  [0x25, []],
]);

/** First of the built-ins that start and switch threads. */
const FIRST_THREAD_BUILT_IN = 0x26;
const LAST_BUILT_IN = 0x42;

const RESOURCE_BUILT_INS: ReadonlyMap<number, 'resource-new' | 'resource-drop' | 'resource-rep'> = new Map([
  [0x02, 'resource-new'],
  [0x03, 'resource-drop'],
  [0x04, 'resource-rep'],
] as const);

/** One canonical definition; undefined when it makes a core function and no linking asks for those. */
export function parseCanon(reader: Reader, context: Context): Definition | undefined {
  const offset = reader.position;
  context.budget.read(1, offset);
  const code = reader.byte();
  if (code === 0x00 || code === 0x01) {
    if (reader.byte() !== 0x00)
      reader.fail('a canonical definition lifts or lowers something other than a function', offset);
    const func = reader.u32();
    const { async, ...options } = parseOptions(reader, context);
    if (code === 0x01) return core(context, { kind: 'lower', func, options, offset });
    if (async) {
      reader.fail(
        'the component exports a function through the asynchronous ABI of WASI 0.3, which is not supported: build it for WASI 0.2 (with componentize-qjs: `sync: true`, and no `async func` in the WIT)',
        offset,
      );
    }
    return { kind: 'lift', type: reader.u32(), func, options, offset };
  }
  const operands = BUILT_INS.get(code);
  if (operands === undefined) {
    if (code >= FIRST_THREAD_BUILT_IN && code <= LAST_BUILT_IN) {
      reader.fail('the component uses component-model threads, an experimental feature that is not supported', offset);
    }
    return reader.fail(`the component uses the unknown canonical built-in 0x${code.toString(16)}`, offset);
  }
  const kind = RESOURCE_BUILT_INS.get(code);
  if (kind !== undefined) return core(context, { kind, type: reader.u32(), offset });
  for (const operand of operands) skipOperand(reader, context, operand);
  return core(context, { kind: 'built-in', code, offset });
}

function core(context: Context, definition: CoreDefinition): Definition | undefined {
  return context.linking ? { kind: 'core', core: definition, offset: definition.offset } : undefined;
}

function skipOperand(reader: Reader, context: Context, operand: Operand): void {
  switch (operand) {
    case 'index':
      reader.u32();
      return;
    case 'flag':
      readPresence(reader);
      return;
    case 'options':
      parseOptions(reader, context);
      return;
    case 'value-type':
      skipCoreValueType(reader);
      return;
    case 'results':
      if (reader.byte() === 0x00) parseTypeRef(reader);
      else if (reader.byte() !== 0x00) reader.fail('a canonical definition has named results');
      return;
  }
}

const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;
const MEMORY = 0x03;
const REALLOC = 0x04;
const POST_RETURN = 0x05;
const ASYNC = 0x06;

/** Names of the options that the synchronous ABI does not have; those with an index are `callback` and a core type. */
const UNKNOWN_OPTIONS: ReadonlyMap<number, { readonly name: string; readonly indexed: boolean }> = new Map([
  [ASYNC, { name: 'async', indexed: false }],
  [0x07, { name: 'callback', indexed: true }],
  [0x08, { name: 'core-type', indexed: true }],
  [0x09, { name: 'gc', indexed: false }],
]);

function parseOptions(reader: Reader, context: Context): CanonOptions & { readonly async: boolean } {
  const count = reader.count('canonical options');
  context.budget.read(count, reader.position);
  let async = false;
  let encoding: CanonOptions['encoding'] = 'utf8';
  let unknown: string | undefined;
  const indices = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const start = reader.position;
    const option = reader.byte();
    const other = UNKNOWN_OPTIONS.get(option);
    if (option < ENCODINGS.length) encoding = ENCODINGS[option] ?? encoding;
    else if (option === MEMORY || option === REALLOC || option === POST_RETURN) indices.set(option, reader.u32());
    else if (other === undefined) reader.fail('a canonical definition has an unknown option', start);
    else {
      unknown = other.name;
      async ||= option === ASYNC;
      if (other.indexed) reader.u32();
    }
  }
  const [memory, realloc, postReturn] = [MEMORY, REALLOC, POST_RETURN].map((option) => indices.get(option));
  return {
    async,
    encoding,
    ...(memory === undefined ? {} : { memory }),
    ...(realloc === undefined ? {} : { realloc }),
    ...(postReturn === undefined ? {} : { postReturn }),
    ...(unknown === undefined ? {} : { unknown }),
  };
}
