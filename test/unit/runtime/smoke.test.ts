/** The smoke run of a build. */
import { expect, it } from 'vitest';
import { smokeRun } from '../../../functions/runtime/smoke.ts';
import { componentOf, manifestOf } from './components.ts';
import { SPIN } from './core-modules.ts';

it('makes one instance and says what it used', async () => {
  const component = componentOf((module, _, core) => core(module('spin.wasm')).exports, manifestOf([]), {
    'spin.wasm': SPIN,
  });
  expect(await smokeRun(component)).toEqual({ ok: true, fuel: 0 });
});

it('tells the text of a trap', async () => {
  const component = componentOf(() => {
    throw new WebAssembly.RuntimeError('unreachable');
  }, manifestOf([]));
  expect(await smokeRun(component)).toEqual({ ok: false, error: 'RuntimeError: unreachable' });
});

it('tells which module is missing', async () => {
  const component = componentOf((module) => module('gone.wasm'), manifestOf([]));
  expect(await smokeRun(component)).toEqual({ ok: false, error: 'Error: the artifact has no core module "gone.wasm"' });
});
