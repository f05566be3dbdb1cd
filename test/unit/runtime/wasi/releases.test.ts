/** Every release of WASI 0.2 links, and the tables know every function of them. */
import { describe, expect, it } from 'vitest';
import { smokeRun } from '../../../../functions/runtime/smoke.ts';
import { MISSING_INTERFACES, whyMissing } from '../../../../functions/runtime/wasi/missing.ts';
import { PROVIDED_INTERFACES } from '../../../../functions/runtime/wasi/provided.ts';
import { LAST_RELEASE, patchOf, wasiFunctions } from '../../../../functions/runtime/wasi/releases.ts';
import { functionKey } from '../../../../src/component/func-name.ts';
import { built } from '../../../support/build-fixtures.ts';
import { decoded } from '../../../support/component-fixtures.ts';
import { runnable } from '../../../support/run-component.ts';
import { importing, interfacesOf } from '../../../support/wasi-releases.ts';

const RELEASES = Array.from({ length: LAST_RELEASE + 1 }, (_, patch) => patch);

const plain = (name: string) => name.replace(/@.*$/, '');
const importable = (patch: number) =>
  interfacesOf(patch).filter((name) => !Object.hasOwn(MISSING_INTERFACES, plain(name)));

/** `interface#function` of everything that a component with these imports imports. */
async function functionsOf(patch: number, interfaces: readonly string[]): Promise<string[]> {
  const { world } = decoded(await importing(patch, interfaces));
  return world.imports
    .flatMap((item) => {
      if (item.kind !== 'interface') return [];
      return item.interface.functions.map((func) => `${plain(item.interface.name)}#${functionKey(func)}`);
    })
    .sort();
}

describe('the table of functions', () => {
  it.each(RELEASES)('has exactly what WIT says of 0.2.%i', async (patch) => {
    const released = wasiFunctions().filter(({ since }) => since.startsWith('0.2.'));
    const known = released.filter((func) => patchOf(func.interface, func.name) <= patch);
    expect(await functionsOf(patch, interfacesOf(patch))).toEqual(
      known.map((func) => `${func.interface}#${func.name}`).sort(),
    );
  });

  it('gives a reason for whatever does not work, and names nothing twice', () => {
    const functions = wasiFunctions();
    expect(functions.filter(({ state, reason }) => (state === 'works') !== (reason === undefined))).toEqual([]);
    expect(new Set(functions.map((func) => `${func.interface}#${func.name}`)).size).toBe(functions.length);
  });

  it('has proposals that were not released as drafts', () => {
    expect(wasiFunctions().find((func) => func.interface === 'wasi:keyvalue/store')?.since).toBe('draft');
  });

  it.each(Object.keys(MISSING_INTERFACES))('does not provide %s as well', (name) => {
    expect(PROVIDED_INTERFACES).not.toHaveProperty([name]);
    expect(whyMissing(name, 'anything')).toEqual(expect.stringMatching(/export/));
  });
});

describe('a component that imports', () => {
  it.each(RELEASES)('all that can be imported of 0.2.%i links and starts', async (patch) => {
    const component = await importing(patch, importable(patch));
    const { manifest } = await built(component);
    expect(manifest.imports.filter(({ provided }) => !provided)).toEqual([]);
    expect(manifest.imports.map(({ name }) => name).sort()).toEqual(importable(patch));
    expect(manifest.linking.glue).toBe('own');
    expect(await smokeRun(await runnable(component))).toMatchObject({ ok: true });
  });

  it.each(importable(LAST_RELEASE))('%s links and starts, on the glue of jco too', async (name) => {
    const component = await importing(LAST_RELEASE, [name]);
    expect(await smokeRun(await runnable(component))).toMatchObject({ ok: true });
    expect(await smokeRun(await runnable(component, { glue: 'jco' }))).toMatchObject({ ok: true });
  });
});
