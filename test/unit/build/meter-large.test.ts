/** The meter on the large modules of real toolchains. */
import { expect, test } from 'vitest';
import { meter } from '../../../src/build/meter/rewrite.ts';
import { decodeComponent } from '../../../src/component/decode/index.ts';
import { fromJavaScript } from '../../support/component-fixtures.ts';
import { starlingMonkey } from '../../support/examples-starlingmonkey.ts';

const HELLO = 'package demo:hello; world hello { export greet: func(name: string) -> string; }';
const SOURCE = 'export function greet(name) { return name; }';

test.each([
  ['QuickJS', () => fromJavaScript(HELLO, SOURCE)],
  ['StarlingMonkey', () => starlingMonkey()],
])('the core modules of %s stay valid and grow by less than two fifths', { timeout: 120_000 }, async (_, load) => {
  const component = new Uint8Array(await load());
  const decoded = decodeComponent(component);
  if (!decoded.ok) throw new Error(decoded.error.reason);
  const modules = decoded.value.coreModules.map(({ offset, length }) => component.slice(offset, offset + length));
  expect(modules.length).toBeGreaterThan(1);
  for (const module of modules) {
    const { bytes } = meter(module, 1_000_000);
    expect(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)).toBe(true);
    expect(bytes.length).toBeLessThan(module.length * 1.4 + 2_000);
  }
});
