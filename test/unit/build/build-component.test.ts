/** The build stages end to end, in Node: what comes out, and which stage refuses what. */
import { describe, expect, test } from 'vitest';
import type { BuildFailure } from '../../../src/build/manifest.ts';
import { FUEL_EXPORT } from '../../../src/core/engine-names.ts';
import { build, built, compile, DIGEST } from '../../support/build-fixtures.ts';
import { fromWat, fromWit, withCustomSection } from '../../support/component-fixtures.ts';
import { watComponent } from '../../support/wat-components.ts';
import { STANDARD_WORLD } from '../../support/wit-worlds.ts';

async function failure(component: Uint8Array): Promise<BuildFailure> {
  const result = await build(component);
  if (result.ok) throw new Error('the component was built');
  return result.error;
}

function coreComponent(core: string, lift: string): string {
  return `(component (core module $m ${core}) (core instance $i (instantiate $m)) ${lift})`;
}

describe('a component that builds', () => {
  test('has a manifest that says what is in it', async () => {
    const { manifest, texts } = await built(await watComponent('adder'));
    expect(manifest).toMatchObject({
      digest: DIGEST,
      exports: ['add'],
      imports: [],
      features: [],
      suspends: false,
      modules: [{ name: 'core0.wasm' }],
      linking: { glue: 'own', plan: { exports: [['add', 0]] } },
    });
    expect(texts.wit).toContain('export add: func(a: u32, b: u32) -> u32');
    expect(JSON.parse(texts.tools)).toMatchObject({ items: [{ name: 'add', inputSchema: { type: 'object' } }] });
  });

  test('suspends exactly if it waits for pollables', async () => {
    const { manifest, glue } = await built(await fromWit(STANDARD_WORLD), { glue: 'jco' });
    expect(manifest.suspends).toBe(true);
    expect(manifest.linking).toEqual({
      glue: 'jco',
      reason: 'the builder was told so',
      exportPaths: [
        { function: 'greet', path: ['greet'] },
        { function: 't:standard/tools#shout', path: ['t:standard/tools', 'shout'] },
      ],
    });
    expect(glue).toContain('async function greet');
    expect((await built(await watComponent('adder'))).manifest.suspends).toBe(false);
  });

  test("has jco's glue if it has no plan, and says why", async () => {
    const { manifest, glue } = await built(
      await fromWat(
        coreComponent(
          '(func (export "f"))',
          '(core func $set (canon waitable-set.new)) (func (export "f") (canon lift (core func $i "f")))',
        ),
      ),
    );
    expect(manifest.linking).toMatchObject({ glue: 'jco', reason: 'it uses the canonical built-in 0x1f' });
    expect(glue).toContain('function instantiate');
    expect((await built(await watComponent('adder'))).glue).toBe('export {};\n');
  });

  test('runs, and pays for it', async () => {
    const { modules } = await built(await watComponent('loop'));
    const [bytes] = modules.values();
    const { exports } = new WebAssembly.Instance(compile(bytes ?? new Uint8Array()));
    expect(Object.keys(exports)).toContain(FUEL_EXPORT);
    const spin = Object.values(exports).find((value) => typeof value === 'function') as () => void;
    // Without a harness nobody has filled its slot.
    expect(spin).toThrow(WebAssembly.RuntimeError);
  });

  test('is the same for the same bytes', async () => {
    const component = await fromWit(STANDARD_WORLD);
    expect(await built(component)).toEqual(await built(component));
  });

  test('may carry package docs of another world', async () => {
    const docs = new TextEncoder().encode('\x01{"worlds":{"elsewhere":{"docs":"x"}}}');
    expect((await build(withCustomSection(await watComponent('adder'), 'package-docs', docs))).ok).toBe(true);
  });
});

describe('a component that is refused', () => {
  test.each([
    ['preamble', '(module)', 'core WebAssembly module'],
    ['validate', '(component (core module (func (result i32))))', 'core module 0 is not valid'],
    ['link', '(component (import "wasi:db/query@0.2.0" (instance (export "run" (func)))))', 'wasi:db/query@0.2.0'],
    [
      'link',
      coreComponent('(func (export "f"))', '(func (export "f") async (canon lift (core func $i "f")))'),
      'WASI 0.3',
    ],
    [
      'transpile',
      coreComponent('(func (export "f") (param i32))', '(func (export "f") (canon lift (core func $i "f")))'),
      'lowered parameter types',
    ],
    [
      'meter',
      coreComponent('(memory 1 1 shared) (func (export "f"))', '(func (export "f") (canon lift (core func $i "f")))'),
      'threads',
    ],
    [
      'meter',
      coreComponent('(memory 4000) (func (export "f"))', '(func (export "f") (canon lift (core func $i "f")))'),
      'starts with 4000 pages',
    ],
  ])('at the stage %s: %s', async (stage, wat, reason) => {
    const refused = await failure(await fromWat(wat));
    expect(refused.stage).toBe(stage);
    expect(refused.reason).toContain(reason);
  });

  test.each([
    ['exports0', 'already been declared'],
    ['set-timeout', 'setTimeout'],
  ])('for what jco makes of the name %s, where its glue is used', async (name, reason) => {
    const component = await fromWat(
      coreComponent('(func (export "f"))', `(func (export "${name}") (canon lift (core func $i "f")))`),
    );
    const result = await build(component, { glue: 'jco' });
    expect(result).toMatchObject({
      ok: false,
      error: { stage: 'glue-check', reason: expect.stringContaining(reason) },
    });
    expect(await build(component)).toMatchObject({ ok: true });
  });

  test('names each import that is missing, and why', async () => {
    const { unsupported } = await failure(
      await fromWat(`(component (import "wasi:db/query@0.2.0" (instance (export "run" (func)))) (import "plain" (func))
        (import "wasi:cli/exit@0.2.0" (instance (export "leave" (func))))
        (import "wasi:cli/environment@0.2.0" (instance)))`),
    );
    expect(unsupported).toEqual([
      {
        name: 'wasi:db/query@0.2.0',
        provided: false,
        reason: 'this WASI interface or version is not provided',
      },
      { name: 'plain', provided: false, reason: expect.stringContaining('nothing provides it') },
      { name: 'wasi:cli/exit@0.2.0', provided: false, reason: 'it has no leave' },
    ]);
  });
});

describe('a component for WASI 0.3', () => {
  const later = (version: string) => `package t:t; world w { import wasi:clocks/types@${version}; export f: func(); }
    package wasi:clocks@${version} { interface types { type duration = u64; now: func() -> duration; } }`;
  const asynchronous = 'package t:t; world w { export f: async func(x: u32) -> u32; }';
  const streaming =
    'package t:t; interface i { f: func(x: u32) -> stream<u8>; } world w { import i; export g: func(); }';

  test.each([
    ['by an import of 0.3.0', later('0.3.0'), /wasi:clocks\/types@0\.3\.0, which belongs to WASI 0\.3/],
    ['by an import of a release candidate', later('0.3.0-rc-2026-03-15'), /which belongs to WASI 0\.3/],
    ['by an async function that it exports', asynchronous, /WASI 0\.3/],
    ['by a stream that crosses its border', streaming, /WASI 0\.3|t:t\/i/],
  ])('is told %s, and refused with a text that says what to build for', async (_, wit, reason) => {
    const { reason: text, unsupported } = await failure(await fromWit(wit));
    expect(text).toMatch(reason);
    expect([text, ...(unsupported ?? []).map((each) => each.reason)].join()).toMatch(/for WASI 0\.2/);
  });
});

describe('an import of WASI 0.2', () => {
  test.each([
    ['wasi:cli/exit@0.2.13', 'leave', 'it has no leave'],
    ['wasi:cli/run@0.2.3', 'run', 'a command exports it, for the platform to call'],
    ['wasi:cli/unheard-of@0.2.0', 'f', 'this WASI interface or version is not provided'],
    ['wasi:cli/exit@0.2.0-rc-2023-11-10', 'exit', 'this WASI interface or version is not provided'],
  ])('that nothing provides is named with its reason: %s', async (name, func, reason) => {
    const { unsupported } = await failure(
      await fromWat(`(component (import "${name}" (instance (export "${func}" (func)))))`),
    );
    expect(unsupported).toEqual([{ name, provided: false, reason }]);
  });
});

describe('an interface that is not of WASI', () => {
  const importing = (instance: string, name = 'acme:db/query@1.0.0') =>
    `(component (import "${name}" (instance ${instance})))`;

  test('is an import that another component can provide, with its types', async () => {
    const { manifest } = await built(
      await fromWat(importing('(export "run" (func (param "sql" u32) (result (result u32 (error u32)))))')),
    );
    expect(manifest.imports).toEqual([{ name: 'acme:db/query@1.0.0', provided: true }]);
    expect(manifest.componentImports).toEqual([
      {
        interface: 'acme:db/query@1.0.0',
        functions: [
          expect.objectContaining({
            id: 'acme:db/query@1.0.0#run',
            params: [{ name: 'sql', type: { kind: 'u32' } }],
            result: { kind: 'result', ok: { kind: 'u32' }, err: { kind: 'u32' } },
          }),
        ],
      },
    ]);
  });

  test('keeps its version, so that two of them are two', async () => {
    const { manifest } = await built(
      await fromWat(`(component
        (import "acme:db/query@1.0.0" (instance $one (export "run" (func))))
        (import "acme:db/query@2.0.0" (instance $two (export "run" (func))))
        (core func $a (canon lower (func $one "run"))) (core func $b (canon lower (func $two "run")))
        (core module $m (import "h" "a" (func)) (import "h" "b" (func)) (func (export "f")))
        (core instance $i (instantiate $m (with "h" (instance (export "a" (func $a)) (export "b" (func $b))))))
        (func (export "f") (canon lift (core func $i "f"))))`),
    );
    expect(manifest.linking).toMatchObject({
      plan: {
        imports: [
          ['acme:db/query@1.0.0', 'run'],
          ['acme:db/query@2.0.0', 'run'],
        ],
      },
    });
  });

  test.each([
    ['a resource', '(export "row" (type (sub resource)))', 'it has the resource row'],
    [
      'a function of a resource',
      '(export "row" (type $r (sub resource))) (export "[method]row.get" (func (param "self" (borrow $r))))',
      'it has the resource row',
    ],
    ['a stream', '(export "rows" (func (result (stream u8))))', 'WASI 0.3'],
    ['a list of streams', '(export "rows" (func (result (list (future u8)))))', 'WASI 0.3'],
  ])('is refused with its reason if it has %s', async (_, instance, reason) => {
    const { unsupported } = await failure(await fromWat(importing(instance)));
    expect(unsupported).toEqual([
      { name: 'acme:db/query@1.0.0', provided: false, reason: expect.stringContaining(reason) },
    ]);
  });

  test('is refused if it has no package', async () => {
    const { unsupported } = await failure(await fromWat(importing('(export "run" (func))', 'local')));
    expect(unsupported).toMatchObject([{ name: 'local', reason: expect.stringContaining('give it a package') }]);
  });

  test('is refused where the component has no link plan', async () => {
    const component = await fromWat(importing('(export "run" (func))'));
    expect(await build(component, { glue: 'jco' })).toMatchObject({
      ok: false,
      error: { stage: 'link', reason: expect.stringContaining('takes a link plan') },
    });
  });
});

describe('component-level names', () => {
  const hostile = [`f'.slice(0,(globalThis.X=1,1))+'`, 'a"b', 'a\\b', 'a\u2028b', '`', '__proto__', '', 'a b', '*/x/*'];
  const places = {
    'of an export': (name: string) =>
      coreComponent('(func (export "f"))', `(func (export ${name}) (canon lift (core func $i "f")))`),
    'of a parameter': (name: string) =>
      coreComponent(
        '(func (export "f") (param i32))',
        `(func (export "f") (param ${name} u32) (canon lift (core func $i "f")))`,
      ),
    'of a record field': (name: string) =>
      coreComponent(
        '(func (export "f") (param i32))',
        `(type $r (record (field ${name} u32))) (instance $t (export "r" (type $r))) (export $e "a:b/c" (instance $t))
         (alias export $e "r" (type $x)) (func (export "f") (param "p" $x) (canon lift (core func $i "f")))`,
      ),
    'of an enum case': (name: string) =>
      `(component (type $e (enum ${name})) (instance $t (export "e" (type $e))) (export "a:b/c" (instance $t)))`,
    'of an imported interface': (name: string) => `(component (import ${name} (instance (export "run" (func)))))`,
    'of an imported function': (name: string) =>
      `(component (import "wasi:cli/exit@0.2.0" (instance (export ${name} (func)))))`,
    'of a resource': (name: string) => `(component (import "a:b/c" (instance (export ${name} (type (sub resource))))))`,
  };
  test.each(Object.entries(places))('that are no kebab case are refused before jco sees them: %s', async (_, wat) => {
    for (const name of hostile) {
      const escaped = Array.from(
        new TextEncoder().encode(name),
        (byte) => `\\${byte.toString(16).padStart(2, '0')}`,
      ).join('');
      const refused = await failure(await fromWat(wat(`"${escaped}"`)));
      expect(refused.stage, `${JSON.stringify(name)}: ${refused.reason}`).toBe('decode');
    }
  });
});

// Last: the instance of jco cannot be used afterwards.
describe('a panic of jco', () => {
  test('is a refusal with the panic as its reason', async () => {
    const wat = coreComponent(
      '(memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) i32.const 0) (func (export "f") (param i32 i32))',
      `(alias core export $i "m" (core memory $m)) (alias core export $i "r" (core func $r))
       (func (export "f") (param "s" string) (canon lift (core func $i "f") (memory $m) (realloc $r) string-encoding=latin1+utf16))`,
    );
    expect(await failure(await fromWat(wat))).toMatchObject({
      stage: 'transpile',
      reason: expect.stringContaining('the transpiler crashed on this component'),
    });
    // Why the isolate is dropped: the same instance of jco cannot be entered any more.
    expect(await failure(await watComponent('adder'))).toMatchObject({ stage: 'transpile' });
  });
});
