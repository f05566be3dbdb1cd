/** The sections of a component, nested ones included: bytes in, syntax out. Core module bodies are not read. */
import { MAX_COMPONENT_NESTING, MAX_INDEX_SPACE } from '../../core/limits.ts';
import type { Context, SectionSpan } from './context.ts';
import { readCorePreamble, scanCoreModule } from './core-module.ts';
import { skipCoreType } from './core-types.ts';
import { parseCanon } from './parse-canon.ts';
import { parseCoreInstance } from './parse-core.ts';
import {
  parseAlias,
  parseArgument,
  parseExternType,
  parseInlineExport,
  parseNameAttributes,
  parseSortIndex,
} from './parse-externs.ts';
import { parseType, readPresence } from './parse-types.ts';
import { readNestedPreamble, readPreamble } from './preamble.ts';
import type { Reader } from './reader.ts';
import type { ComponentSyntax, Definition } from './syntax.ts';

export interface ParsedComponent {
  readonly syntax: ComponentSyntax;
  readonly sections: readonly SectionSpan[];
}

/** Parses a component, preamble included. `depth` is 0 for the outermost one. */
export function parseComponent(reader: Reader, context: Context, depth = 0): ParsedComponent {
  if (depth > MAX_COMPONENT_NESTING) {
    reader.fail(`components are nested more than ${MAX_COMPONENT_NESTING} levels deep`);
  }
  if (depth === 0) readPreamble(reader);
  else readNestedPreamble(reader);
  const definitions: Definition[] = [];
  const sections: SectionSpan[] = [];
  while (!reader.done) {
    const start = reader.position;
    context.budget.read(1, start);
    const id = reader.byte();
    const content = reader.window(reader.u32(), `section ${id}`);
    const span: SectionSpan = { start, body: content.position, end: content.end };
    sections.push({ ...span, ...parseSection(id, content, { context, depth, definitions, span }) });
  }
  if (definitions.length > MAX_INDEX_SPACE) {
    reader.fail(`a component has more than ${MAX_INDEX_SPACE} definitions of its own`);
  }
  return { syntax: { definitions }, sections };
}

interface Surroundings {
  readonly context: Context;
  readonly depth: number;
  readonly definitions: Definition[];
  readonly span: SectionSpan;
}

function parseSection(id: number, content: Reader, around: Surroundings): Pick<SectionSpan, 'custom' | 'children'> {
  const { context, depth, definitions, span } = around;
  switch (id) {
    case 0: {
      const name = content.name();
      context.customs.push({ name, offset: content.position, length: content.remaining, depth });
      return { custom: name };
    }
    case 1: {
      context.budget.module(span.start);
      context.modules.push({ offset: span.body, length: span.end - span.body, depth });
      definitions.push({ kind: 'module', index: context.modules.length - 1, offset: span.start });
      if (context.coreNames !== undefined) return { children: scanCoreModule(content, context) };
      readCorePreamble(content);
      return {};
    }
    case 4: {
      const { syntax, sections } = parseComponent(content, context, depth + 1);
      definitions.push({ kind: 'component', component: syntax, offset: span.start });
      return { children: sections };
    }
    case 9:
      return content.fail(
        'the component has a start function, an experimental feature that is not supported',
        span.start,
      );
    case 12:
      return content.fail(
        'the component uses component-level values, an experimental feature that is not supported',
        span.start,
      );
    default:
      parseEntries(id, content, around);
      return {};
  }
}

function parseEntries(id: number, content: Reader, { context, depth, definitions, span }: Surroundings): void {
  const parse = ENTRY_PARSERS.get(id);
  if (parse === undefined) content.fail(`the component has the unknown section ${id}`, span.start);
  const count = content.count('definitions of a section');
  context.budget.read(count, span.start);
  for (let index = 0; index < count; index += 1) {
    const definition = parse?.(content, context, depth);
    if (definition !== undefined) definitions.push(definition);
  }
  content.expectDone(`section ${id}`);
}

type EntryParser = (reader: Reader, context: Context, depth: number) => Definition | undefined;

const ENTRY_PARSERS: ReadonlyMap<number, EntryParser> = new Map<number, EntryParser>([
  [2, parseCoreInstance],
  [
    3,
    (reader, context) => {
      skipCoreType(reader, context);
      return undefined;
    },
  ],
  [5, parseInstance],
  [6, parseAlias],
  [
    7,
    (reader, context, depth) => {
      const offset = reader.position;
      return { kind: 'type', type: parseType(reader, context, depth), offset };
    },
  ],
  [8, parseCanon],
  [10, parseImport],
  [11, parseExport],
]);

function parseInstance(reader: Reader, context: Context): Definition {
  const offset = reader.position;
  const form = reader.byte();
  if (form === 0x00) {
    const component = reader.u32();
    const args = reader.vector('arguments of an instantiation', () => parseArgument(reader), 3);
    context.budget.read(args.length, offset);
    return { kind: 'instantiate', component, args, offset };
  }
  if (form !== 0x01) reader.fail('an instance is made in an unknown way', offset);
  const exports = reader.vector('exports of an instance', () => parseInlineExport(reader, context), 4);
  context.budget.read(exports.length, offset);
  return { kind: 'inline-instance', exports, offset };
}

function parseImport(reader: Reader, context: Context): Definition {
  const offset = reader.position;
  return { kind: 'import', name: parseNameAttributes(reader, context), type: parseExternType(reader), offset };
}

function parseExport(reader: Reader, context: Context): Definition {
  const offset = reader.position;
  const name = parseNameAttributes(reader, context);
  const item = parseSortIndex(reader);
  return { kind: 'export', name, item, type: readPresence(reader) ? parseExternType(reader) : undefined, offset };
}
