/** Components in JavaScript, on QuickJS, that use what the platform provides. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../scripts/local/paths.ts';
import { fromJavaScript } from './component-fixtures.ts';
import { kept } from './kept-fixture.ts';
import { DRAFT_1, DRAFT_2 } from './wit-keyvalue.ts';

interface Source {
  readonly wit: string;
  /** In `test/fixtures/components`. */
  readonly file: string;
  /** What the file calls `VERSION`. */
  readonly version: string;
}

function keyvalue(version: string, packages: string): Source {
  const imports = ['store', 'atomics', 'batch'].map((name) => `import wasi:keyvalue/${name}@${version};`);
  const world = `world w { ${imports.join(' ')} export run: func(bucket: string, steps: string) -> string; }`;
  return { wit: `package test:keyvalue;\n${packages}\n${world}\n`, file: 'keyvalue.js', version };
}

const LOGGING = `package test:logging;
package wasi:logging@0.1.0-draft {
  interface logging {
    enum level { trace, debug, info, warn, error, critical }
    log: func(level: level, context: string, message: string);
  }
}
world w { import wasi:logging/logging@0.1.0-draft; export run: func(end: string, more: u32); }
`;

const SOURCES = {
  /** Does what it is told with a bucket, step by step. */
  keyvalue: keyvalue('0.2.0-draft2', DRAFT_2),
  /** The same on the first draft. */
  keyvalueDraft1: keyvalue('0.2.0-draft', DRAFT_1),
  /** Logs, and ends as it is told. */
  logging: { wit: LOGGING, file: 'logging.js', version: '0.1.0-draft' },
} as const satisfies Readonly<Record<string, Source>>;

export type JsComponent = keyof typeof SOURCES;

export const JS_COMPONENTS: Readonly<Record<JsComponent, Source>> = SOURCES;

export async function jsComponent(name: JsComponent): Promise<Uint8Array> {
  const { wit, file, version } = JS_COMPONENTS[name];
  const text = await readFile(join(ROOT, 'test/fixtures/components', file), 'utf8');
  const source = text.replaceAll('VERSION', version);
  return kept(name, [wit, source], () => fromJavaScript(wit, source, { stubWasi: false }));
}
