/** The shape of this checkout: design.md's rules hold for every file, and the checker finds every kind of violation. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkArchitecture, MAX_LINES, type RuleName, type SourceFile } from './support/architecture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url).href);
const FOLDERS = ['src', 'durable', 'functions', 'scripts', 'test', 'bench'];
const SOURCE = /\.(ts|tsx|js|mjs)$/;

function filesOfCheckout(): readonly SourceFile[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => SOURCE.test(path))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .map((path) => ({ path, text: readFileSync(`${ROOT}/${path}`, 'utf8') })),
  );
}

const COMMENT = '/** Owns a thing. */\n';

/** Files of a made-up checkout; each gets an opening comment. */
function checkout(sources: Readonly<Record<string, string>>): readonly SourceFile[] {
  return Object.entries(sources).map(([path, text]) => ({ path, text: COMMENT + text }));
}

function rulesBroken(files: readonly SourceFile[]): readonly string[] {
  return checkArchitecture(files).map((violation) => `${violation.rule} ${violation.path}`);
}

describe('this checkout', () => {
  const files = filesOfCheckout();

  test('is read: the checker sees its own source', () => {
    expect(files.map((file) => file.path)).toContain('test/support/architecture.ts');
  });

  test('keeps import direction, has no cycles, no file over 500 lines and none without an opening comment', () => {
    expect(checkArchitecture(files).map(({ path, message }) => `${path} ${message}`)).toEqual([]);
  });
});

interface Case {
  readonly claim: string;
  readonly rule: RuleName;
  readonly path: string;
  readonly source: string;
  readonly others?: Readonly<Record<string, string>>;
}

const VIOLATIONS: readonly Case[] = [
  {
    claim: 'core imports component',
    rule: 'layer',
    path: 'src/core/a.ts',
    source: "import { b } from '../component/b.ts';",
  },
  {
    claim: 'core imports a type of policy',
    rule: 'layer',
    path: 'src/core/a.ts',
    source: "import type { B } from '../policy/b.ts';",
  },
  {
    claim: 'policy imports values of component',
    rule: 'layer',
    path: 'src/policy/a.ts',
    source: "import { b } from '../component/b.ts';",
  },
  {
    claim: 'build imports an object',
    rule: 'layer',
    path: 'src/build/a.ts',
    source: "import { b } from '../../durable/pool/b.ts';",
  },
  {
    claim: 'the gateway imports values of an object',
    rule: 'layer',
    path: 'src/gateway/a.ts',
    source: "import { b } from '../../durable/pool/b.ts';",
  },
  {
    claim: 'the gateway re-exports an object',
    rule: 'layer',
    path: 'src/gateway/a.ts',
    source: "export * from '../../durable/pool/b.ts';",
  },
  {
    claim: 'an object imports the gateway',
    rule: 'layer',
    path: 'durable/pool/a.ts',
    source: "import type { B } from '../../src/gateway/b.ts';",
  },
  {
    claim: 'an object imports the entry',
    rule: 'layer',
    path: 'durable/pool/a.ts',
    source: "import type { Env } from '../../src/index.ts';",
  },
  {
    claim: 'the command line imports values of a route',
    rule: 'layer',
    path: 'src/cli/a.ts',
    source: "import { b } from '../gateway/b.ts';",
  },
  {
    claim: 'isolate code imports values of the build',
    rule: 'layer',
    path: 'functions/runtime/a.ts',
    source: "import { b } from '../../src/build/manifest.ts';",
  },
  {
    claim: 'isolate code imports the loader by import()',
    rule: 'layer',
    path: 'functions/runtime/a.ts',
    source: "await import('../../src/isolate/loader.ts');",
  },
  {
    claim: 'isolate code names a type of an object',
    rule: 'layer',
    path: 'functions/runtime/a.ts',
    source: "type B = import('../../durable/pool/b.ts').B;",
  },
  {
    claim: 'isolate code imports values of what a provider takes',
    rule: 'layer',
    path: 'functions/runtime/a.ts',
    source: "import { b } from '../../src/capability/keyvalue/contract.ts';",
  },
  {
    claim: 'isolate code names a type of a provider',
    rule: 'layer',
    path: 'functions/runtime/a.ts',
    source: "import type { B } from '../../src/capability/keyvalue/provider.ts';",
  },
  {
    claim: 'the build imports isolate code that is no data',
    rule: 'layer',
    path: 'src/build/a.ts',
    source: "import { b } from '../../functions/runtime/trap.ts';",
  },
  {
    claim: 'trusted code imports a test helper',
    rule: 'layer',
    path: 'src/core/a.ts',
    source: "import { b } from '../../test/support/b.ts';",
  },
  {
    claim: 'a type mixed with a value counts as a value',
    rule: 'layer',
    path: 'src/gateway/a.ts',
    source: "import { type B, c } from '../../durable/pool/b.ts';",
  },
  {
    claim: 'a file sits in a folder without a layer',
    rule: 'unknown',
    path: 'src/misc/a.ts',
    source: "import { b } from '../core/b.ts';",
  },
  {
    claim: 'a file imports itself through another',
    rule: 'cycle',
    path: 'src/core/a.ts',
    source: "import { b } from './b.ts';",
    others: { 'src/core/b.ts': "import { a } from './a.ts';" },
  },
  {
    claim: 'a circle of types only',
    rule: 'cycle',
    path: 'src/core/a.ts',
    source: "import type { B } from './b.ts';",
    others: {
      'src/core/b.ts': "export type { A } from './c.ts';",
      'src/core/c.ts': "import type { A } from './a.ts';",
    },
  },
  { claim: 'a file has 501 lines', rule: 'size', path: 'test/unit/a.ts', source: '1;\n'.repeat(MAX_LINES) },
  {
    claim: 'env.LOADER is read in an object',
    rule: 'loader',
    path: 'durable/pool/a.ts',
    source: "env.LOADER.get('x');",
  },
  {
    claim: 'env.LOADER is taken apart',
    rule: 'loader',
    path: 'src/gateway/a.ts',
    source: 'const { LOADER: loader } = env;',
  },
  {
    claim: 'env.LOADER is read by name',
    rule: 'loader',
    path: 'src/build/a.ts',
    source: "const loader = env['LOADER'];",
  },
  {
    claim: 'jco is imported by the build',
    rule: 'package',
    path: 'src/build/a.ts',
    source: "import { transpile } from '@bytecodealliance/jco-transpile';",
  },
  {
    claim: 'itty-durable is imported by a second object',
    rule: 'package',
    path: 'durable/pool/a.ts',
    source: "import { createDurable } from 'itty-durable';",
  },
];

describe('the checker finds', () => {
  test.each(VIOLATIONS)('$rule: $claim', ({ rule, path, source, others }) => {
    expect(rulesBroken(checkout({ [path]: source, ...others }))).toEqual([`${rule} ${path}`]);
  });

  test('comment: a file opens with code, an import, a directive or an empty comment', () => {
    const openings = [
      'export const a = 1;',
      "import './b.ts';\n/** Late. */",
      '/// <reference types="node" />',
      '// @ts-nocheck',
    ];
    const files = openings.map((text, index) => ({ path: `src/core/a${index}.ts`, text }));
    expect(rulesBroken(files)).toEqual(files.map((file) => `comment ${file.path}`));
  });
});

const ALLOWED: Readonly<Record<string, string>> = {
  'src/core/errors.ts': 'export const a = 1;',
  'src/component/a.ts': "import { a } from '../core/errors.ts';",
  'src/policy/a.ts': "import { a } from '../core/errors.ts';\nimport type { B } from '../component/a.ts';",
  'src/isolate/loader.ts': "import { a } from '../build/a.ts';\nenv.LOADER.get(a);",
  'src/build/a.ts':
    "import { a } from '../policy/a.ts';\nimport { b } from '../../functions/runtime/wasi/provided.ts';",
  'src/build/builder-isolate.ts': 'const { LOADER } = env;',
  'functions/runtime/wasi/provided.ts': 'export const b = [];',
  'functions/runtime/a.ts':
    "import type { B } from '../../src/isolate/protocol.ts';\nimport { a } from '../../src/component/a.ts';",
  'functions/runtime/b.ts': "import type { B } from '../../src/capability/keyvalue/contract.ts';",
  'functions/builder/a.ts': "import { transpile } from '@bytecodealliance/jco-transpile';",
  'durable/pool/a.ts':
    "import { a } from '../../src/isolate/loader.ts';\ninterface Env { LOADER: WorkerLoader }\nload(this.env.LOADER);",
  'durable/directory.ts': "import { createDurable } from 'itty-durable';",
  'src/gateway/a.ts':
    "import type { A } from '../../durable/pool/a.ts';\nimport { type B } from '../../durable/pool/a.ts';",
  'src/cli/a.ts': "import { a } from '../core/errors.ts';",
  'src/index.ts': "export { A } from '../durable/pool/a.ts';\nimport { app } from './gateway/a.ts';",
  'scripts/a.ts': "import { parse } from '@bytecodealliance/jco';\nimport { a } from '../durable/pool/a.ts';",
  'test/unit/a.ts': "import { a } from '../../src/index.ts';",
};

test('the checker allows what design.md allows', () => {
  expect(rulesBroken(checkout(ALLOWED))).toEqual([]);
});

test('the checker accepts a file of exactly 500 lines', () => {
  expect(rulesBroken(checkout({ 'src/core/a.ts': '1;\n'.repeat(MAX_LINES - 1) }))).toEqual([]);
});
