/** The TypeScript types of a component, checked with the TypeScript compiler. */
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { CallableFunction, TypeName, ValueType, World } from '../../../src/component/model.ts';
import { typesText } from '../../../src/component/types-text.ts';
import { typeAndJson } from '../../support/arbitrary-types.ts';

/** What the TypeScript compiler has to say about the declarations, used by this program. */
function complaints(declarations: string, program = ''): string[] {
  const files = new Map([
    ['/component.d.ts', declarations],
    [
      '/client.ts',
      `import type * as c from './component.d.ts';\nimport type { Functions } from './component.d.ts';\n${program}`,
    ],
  ]);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost({}),
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
    getSourceFile: (name, target) => {
      const text = files.get(name) ?? (name.endsWith('lib.d.ts') ? LIBRARY : undefined);
      return text === undefined ? undefined : ts.createSourceFile(name, text, target);
    },
  };
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    types: [],
  };
  const compiled = ts.createProgram({ rootNames: [...files.keys()], options, host });
  return ts.getPreEmitDiagnostics(compiled).map((each) => ts.flattenDiagnosticMessageText(each.messageText, '\n'));
}

/** The least that the compiler wants to know about: reading the real library takes a second for each program. */
const LIBRARY = [
  'Array<T> { [index: number]: T; length: number }',
  'Boolean {}',
  'CallableFunction {}',
  'Function {}',
  'IArguments {}',
  'NewableFunction {}',
  'Number {}',
  'Object {}',
  'RegExp {}',
  'String {}',
]
  .map((each) => `interface ${each}`)
  .join('\n');

const NO_WORLD: World = { imports: [], exports: [] };
const u32: ValueType = { kind: 'u32' };

function fn(id: string, result: ValueType, rest: Partial<CallableFunction> = {}): CallableFunction {
  return { id, name: id, callable: true, params: [], result, ...rest };
}

function record(name: TypeName, ...fields: [string, ValueType][]): ValueType {
  return { kind: 'record', name, fields: fields.map(([field, type]) => ({ name: field, type })) };
}

describe('properties', { timeout: 60_000 }, () => {
  it('T1: declarations of any types compile, and canonical JSON has the declared type', () => {
    fc.assert(
      fc.property(fc.array(typeAndJson, { minLength: 4, maxLength: 8 }), (pairs) => {
        const functions = pairs.map(([type], index) =>
          fn(`f${index}`, type, { params: [{ name: 'to-string', type }], description: 'Ends */ early.' }),
        );
        const uses = pairs.map(([, json], index) => {
          // Object literals treat the key `__proto__` as syntax, so the value is left to the codec's tests.
          const text = JSON.stringify(json);
          return text.includes('"__proto__"')
            ? ''
            : `export const v${index}: Functions['f${index}']['result'] = ${text};`;
        });
        expect(complaints(typesText(NO_WORLD, functions), uses.join('\n'))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('typesText', () => {
  const tools = 'demo:text/tools@0.1.0';
  const options = record({ name: 'options', interface: tools }, [
    'upper-case',
    { kind: 'option', element: { kind: 'bool' } },
  ]);

  const world: World = {
    imports: [],
    exports: [
      {
        kind: 'interface',
        interface: {
          name: tools,
          functions: [],
          types: [
            { name: 'options', docs: 'How to */ change.', type: options },
            { name: 'handle', type: { kind: 'resource' } },
            { name: 'chunks', type: { kind: 'stream', name: { name: 'chunks', interface: tools } } },
            { name: 'same', type: options },
          ],
        },
      },
    ],
  };

  it('reads like this', () => {
    const process = fn(
      `${tools}#process-text`,
      { kind: 'result', ok: { kind: 'string' }, err: { kind: 'enum', cases: [{ name: 'too-long' }] } },
      {
        description: 'Processes text.\nSlowly.',
        params: [
          { name: 'input', type: { kind: 'string' } },
          { name: 'options', type: options, docs: 'Or none.' },
        ],
      },
    );
    const lost = fn(
      `${tools}#open`,
      { kind: 'own', resource: { name: 'handle' } },
      { callable: false, reason: 'it returns a resource */' },
    );
    const text = typesText(world, [process, lost]);
    expect(complaints(text)).toEqual([]);
    expect(text.slice(text.indexOf('/** Types of'))).toBe(`/** Types of \`demo:text/tools@0.1.0\`. */
export namespace DemoTextTools {
  /** How to *\\/ change. */
  export type Options = {
    'upper-case'?: boolean | null;
  };

  // Chunks is left out: JSON cannot hold it.

  export type Same = DemoTextTools.Options;
}

/** Arguments and result of every function, by its id. */
export interface Functions {
  /**
   * Processes text.
   * Slowly.
   */
  'demo:text/tools@0.1.0#process-text': {
    args: {
      input: string;
      /** Or none. */
      options: DemoTextTools.Options;
    };
    result: { ok: string } | { err: 'too-long' };
  };
  /** demo:text/tools@0.1.0#open cannot be called over JSON: it returns a resource *\\/ */
}
`);
  });

  it('keeps versions, interfaces called like its own names, and labels that spell alike apart', () => {
    const functions = [
      fn('a', record({ name: 'a-1', interface: 'demo:x/y@1.0.0' }, ['a', u32])),
      fn('b', record({ name: 'a1', interface: 'demo:x/y@1.0.0' }, ['b', u32])),
      fn('c', record({ name: 'a1', interface: 'demo:x/y@2.0.0' }, ['c', u32])),
      fn('d', record({ name: 'string', interface: 'functions' }, ['d', { kind: 'string' }])),
      fn('e', record({ name: 'array' }, ['e', { kind: 'list', element: u32 }])),
    ];
    const text = typesText(NO_WORLD, functions);
    const uses = [
      'c.DemoXY.A1 = {"a":1}',
      'c.DemoXY.A12 = {"b":1}',
      'c.DemoXY_2_0_0.A1 = {"c":1}',
      'c.Functions2.String = {"d":""}',
      'c.World.Array = {"e":[1]}',
    ];
    expect(complaints(text, uses.map((use, index) => `export const v${index}: ${use};`).join('\n'))).toEqual([]);
  });

  it('declares types that the compiler holds clients to', () => {
    const text = typesText(world, [fn('f', options, { params: [{ name: 'options', type: options }] })]);
    expect(
      complaints(text, `export const wrong: Functions['f']['args'] = { options: { 'upper-case': 1 } };`),
    ).toHaveLength(1);
    expect(complaints(text, `export const right: Functions['f']['args'] = { options: {} };`)).toEqual([]);
  });
});
