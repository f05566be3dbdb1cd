/** What the shard reserves for an instance of a component that it has not seen run. */
import { expect, test } from 'vitest';
import { startPages } from '../../../src/build/start-pages.ts';
import { built } from '../../support/build-fixtures.ts';
import { fromWat } from '../../support/component-fixtures.ts';

const THREE = `(component (core module $m (memory 7) (table 2000 funcref) (func (export "f")))
  (core instance $a (instantiate $m)) (core instance (instantiate $m)) (core instance (instantiate $m))
  (func (export "f") (canon lift (core func $a "f"))))`;

test('a module counts once for each of its instances, with its tables', async () => {
  const { manifest } = await built(await fromWat(THREE));
  expect(manifest.modules).toHaveLength(1);
  expect(startPages(manifest)).toBe(3 * 7 + 3);
});

test('on the glue of jco each module counts once', () => {
  const modules = [
    { name: 'a', bytes: 1, memoryPages: 3 },
    { name: 'b', bytes: 1, tableElements: 1 },
  ];
  expect(startPages({ modules, linking: { glue: 'jco', reason: '', exportPaths: [] } })).toBe(4);
});
