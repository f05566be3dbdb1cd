/** The sections of an embedded core module, looked into only as far as names go: imports, exports, custom sections. */
import { type Context, coreName, type SectionSpan } from './context.ts';
import { skipCoreExternType } from './core-types.ts';
import { Malformed, type Reader } from './reader.ts';

const CORE_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const CUSTOM = 0;
const IMPORT = 2;
const EXPORT = 7;

/** Refuses bytes that are not a core module. */
export function readCorePreamble(reader: Reader): void {
  const start = reader.position;
  for (const byte of CORE_PREAMBLE) {
    if (reader.done || reader.byte() !== byte) {
      throw new Malformed('an embedded core module does not begin like one', start);
    }
  }
}

/** Lists a core module's sections and notes the names in them. */
export function scanCoreModule(reader: Reader, context: Context): SectionSpan[] {
  readCorePreamble(reader);
  const sections: SectionSpan[] = [];
  while (!reader.done) {
    const start = reader.position;
    context.budget.read(1, start);
    const id = reader.byte();
    const content = reader.window(reader.u32(), `section ${id} of a core module`);
    const span = { start, body: content.position, end: content.end };
    sections.push(id === CUSTOM ? { ...span, custom: content.name() } : span);
    if (id === IMPORT) scanImports(content, context);
    else if (id === EXPORT) scanExports(content, context);
  }
  return sections;
}

function scanImports(reader: Reader, context: Context): void {
  const imports = reader.count('core imports', 4);
  context.budget.read(imports, reader.position);
  for (let index = 0; index < imports; index += 1) {
    coreName(reader, context);
    coreName(reader, context);
    skipCoreExternType(reader);
  }
  reader.expectDone('the import section of a core module');
}

function scanExports(reader: Reader, context: Context): void {
  const exports = reader.count('core exports', 3);
  context.budget.read(exports, reader.position);
  for (let index = 0; index < exports; index += 1) {
    coreName(reader, context);
    reader.byte();
    reader.u32();
  }
  reader.expectDone('the export section of a core module');
}
