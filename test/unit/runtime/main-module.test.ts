/** The text of an isolate's main module. */
import { expect, it } from 'vitest';
import { mainModuleSource } from '../../../src/isolate/main-module.ts';

it('evaluates the harness before the glue', () => {
  const source = mainModuleSource({ modules: [] });
  expect(source.indexOf('./harness.js')).toBeLessThan(source.indexOf('./glue.js'));
});

it('imports each core module and hands it over by name', () => {
  const source = mainModuleSource({
    modules: [
      { name: 'c.core.wasm', bytes: 1 },
      { name: 'c.core2.wasm', bytes: 1 },
    ],
  });
  expect(source).toContain("import core1 from './c.core2.wasm';");
  expect(source).toContain("{ 'c.core.wasm': core0, 'c.core2.wasm': core1 }");
});

it.each(["x'.wasm", '../x.wasm', 'x.js', '.wasm', 'x\n.wasm', '__proto__'])('refuses the module name %j', (name) => {
  expect(() => mainModuleSource({ modules: [{ name, bytes: 1 }] })).toThrow('not the name of a core module');
});
