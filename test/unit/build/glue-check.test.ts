/** The trust boundary: all of jco's real glue passes, and nothing else does. */
import { describe, expect, test } from 'vitest';
import { exportPaths } from '../../../functions/builder/export-paths.ts';
import { GlueRefusal } from '../../../functions/builder/glue/ast.ts';
import { checkGlue } from '../../../functions/builder/glue-check.ts';
import { liftGlue } from '../../../functions/builder/glue-lift.ts';
import { componentWithCoreNames, glueOf } from '../../support/build-fixtures.ts';
import { fromJavaScript, fromWit } from '../../support/component-fixtures.ts';
import { watComponent } from '../../support/wat-components.ts';
import { EVERY_TYPE, STANDARD_WORLD } from '../../support/wit-worlds.ts';

const ADDER = await glueOf(await watComponent('adder'));

describe('glue that jco really writes is taken', () => {
  test.each([
    ['numbers', () => watComponent('adder')],
    ['an export named then', () => watComponent('thenExport')],
    ['every type, imported and exported', () => fromWit(EVERY_TYPE)],
    ['WASI as a toolchain imports it, for JSPI', () => fromWit(STANDARD_WORLD)],
    [
      'QuickJS',
      () =>
        fromJavaScript(
          'package a:b; world w { export greet: func(name: string) -> string; }',
          'export function greet(name) { return name; }',
        ),
    ],
  ])('%s', { timeout: 60_000 }, async (_, load) => {
    const component = await load();
    for (const suspends of [true, false]) {
      const glue = await glueOf(component, { suspends });
      expect(refusal(glue)?.message).toBeUndefined();
    }
  });
});

describe('what is lifted out of glue', () => {
  test('inlined modules, debug calls and globalThis are gone', async () => {
    const glue = await glueOf(await fromWit(STANDARD_WORLD));
    expect(glue).not.toMatch(/globalThis|JCO_DEBUG|new WebAssembly\.Module/);
    expect(glue.match(/_debugLog\b/g)).toHaveLength(1);
  });

  test('the bytes of an inlined module are kept', () => {
    const { source, modules } = liftGlue(
      'f(new WebAssembly.Module(new Uint8Array([0x00, 97, 0x73])));',
      (index) => `m${index}.wasm`,
    );
    expect(source).toBe("f(getCoreModule('m0.wasm'));");
    expect(modules.get('m0.wasm')).toEqual(Uint8Array.of(0, 97, 115));
  });
});

/** Puts code in front of the statement that ends the generator of the adder's glue. */
function inject(code: string): string {
  const at = ADDER.indexOf('return { add,');
  if (at < 0) throw new Error('the glue has changed');
  return `${ADDER.slice(0, at)}${code};${ADDER.slice(at)}`;
}

function refusal(glue: string): GlueRefusal | undefined {
  try {
    checkGlue(glue);
    return undefined;
  } catch (error) {
    if (error instanceof GlueRefusal) return error;
    throw error;
  }
}

describe('anything else is refused', () => {
  test.each([
    ['globalThis.X = 1', 'the global globalThis'],
    ['eval("1")', 'the global eval'],
    ['new Function("return 1")()', 'unknown form'],
    ['Function("return 1")', 'the global Function'],
    ['fetch("https://example.com")', 'the global fetch'],
    ['self.x = 1', 'the global self'],
    ['import("cloudflare:workers")', 'ImportExpression'],
    ['import.meta.url', 'import.meta'],
    ['(() => {}).constructor("return 1")()', 'unknown form'],
    ['const c = imports.constructor', 'the property constructor'],
    ['const { constructor: c } = imports', 'the property constructor'],
    ['const c = imports["constructor"]', 'computed property'],
    ['const c = imports["con" + "structor"]', 'computed property'],
    ['const c = imports[`constructor`]', 'computed property'],
    ['const c = imports[(0, "constructor")]', 'computed property'],
    ['const c = imports[String.fromCharCode(99)]', 'computed property'],
    ['const c = imports[imports + imports]', 'computed property'],
    ['const c = imports.__proto__', 'the property __proto__'],
    ['const c = { __proto__: imports }', 'the property __proto__'],
    ['const c = { ["__proto__"]: imports }', 'computed name'],
    ['const c = { get x() { return 1; } }', 'accessor'],
    ['Object.prototype.x = 1', 'the property prototype'],
    ['Object.prototype.x = function () {}', 'the property prototype'],
    ['const p = Object.prototype', 'the property prototype'],
    ['Object.setPrototypeOf(imports, null)', 'Object.setPrototypeOf'],
    ['const o = Object["assign"]', 'Object.[…]'],
    ['JSON.parse("1")', 'JSON.parse'],
    ['const j = JSON', 'the global JSON itself'],
    ['undefined = 1', 'assignment to the global undefined'],
    ['const Object = 1', 'taken by a global'],
    ['function Map() {}', 'taken by a global'],
    ['new WebAssembly.Module(imports)', 'WebAssembly.Module'],
    ['WebAssembly.compile(imports)', 'WebAssembly.compile'],
    ['new imports.Thing()', 'unknown form'],
    ['imports()()', 'unknown form'],
    ['imports`x`', 'TaggedTemplateExpression'],
    ['const r = /x/', 'regular expression'],
    ['const s = "\\u2028"', 'plain ASCII'],
    ['const s = `\\u0000`', 'plain ASCII'],
    [`const s = '${'x'.repeat(3_000)}'`, 'plain ASCII'],
    ['debugger', 'DebuggerStatement'],
    ['yield imports', 'YieldExpression'],
    ['delete imports.x, await 1', 'does not parse'],
    ['class A { static { imports(); } }', 'StaticBlock'],
    ['class A { ["x"]() {} }', 'computed name'],
    ['class A { static prototype2 = fetch }', 'the global fetch'],
    ['{ const fetch = 1; } fetch()', 'the global fetch'],
    ['(function fetch() {}); fetch()', 'the global fetch'],
    ['for (const fetch of []) {} fetch()', 'the global fetch'],
    ['try {} catch (fetch) {} fetch()', 'the global fetch'],
    ['const f = (fetch) => 1, g = fetch', 'the global fetch'],
    ['const f = ({ a: { b = fetch } }) => 1', 'the global fetch'],
    ['label: fetch()', 'the global fetch'],
    ['const o = { fetch }', 'the global fetch'],
  ])('%s', (code, reason) => {
    const refused = refusal(inject(code));
    expect(refused?.message).toContain(reason);
    expect(refused?.offset).toBeGreaterThanOrEqual(0);
  });

  test.each([
    ['an import', `import 'cloudflare:workers';\n${ADDER}`],
    ['a statement of its own', `${ADDER}\nfetch();`],
    ['a constant of its own', `${ADDER}\nexport const x = 1;`],
    ['another _util', ADDER.replace(/export const _util = \{\s*\}/, 'export const _util = { x: 1 }')],
    ['an export of everything', ADDER.replace('export const _util', "export * from 'x'; export const _util")],
    ['no directive', ADDER.replace('"use components";', '')],
    ['no text at all', ''],
    ['something that is no module', 'const const'],
  ])('%s at the top level', (_, glue) => {
    expect(refusal(glue)).toBeDefined();
  });

  test('what surrounds the injected code is fine by itself', () => {
    expect(refusal(inject('const harmless = 1'))).toBeUndefined();
  });
});

describe('core names leave no trace', () => {
  const plain = componentWithCoreNames(['memory', 'f', 'env']);
  test.each([
    ['quotes', `'"`],
    ['backslashes', '\\\\\\'],
    ['line separators', '\u2028\u2029\n\r'],
    ['then', 'then'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['an expression', "f'.slice(0,(globalThis.X=1,1))+'"],
    ['a template', ['`', '{globalThis.X=1}`'].join('$')],
    ['a comment', '*/ globalThis.X=1 /*'],
    ['nothing', ''],
    ['the fuel global', '__fuel'],
  ])('%s', async (_, name) => {
    const glue = await glueOf(await plain);
    for (const names of [
      [name, 'f', 'env'],
      ['memory', name, 'env'],
      ['memory', 'f', name],
    ] as const) {
      expect(await glueOf(await componentWithCoreNames(names))).toBe(glue);
    }
    expect(refusal(glue)).toBeUndefined();
  });
});

describe('paths of exports', () => {
  const fn = (name: string) => ({ id: name, name, params: [], callable: true });

  test('a function that the glue lacks is a refusal', () => {
    expect(exportPaths(checkGlue(ADDER), [fn('add')], false)).toEqual([{ function: 'add', path: ['add'] }]);
    expect(() => exportPaths(checkGlue(ADDER), [fn('sub')], false)).toThrow('does not export sub');
    expect(() => exportPaths(checkGlue(ADDER), [fn('to-string')], false)).toThrow('does not export to-string');
  });

  test('a function that is not async although the component suspends is a refusal', () => {
    expect(() => exportPaths(checkGlue(ADDER), [fn('add')], true)).toThrow('add is not async');
  });
});
