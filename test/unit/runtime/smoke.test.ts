/** The smoke run of a build. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { smokeRun } from '../../../functions/runtime/smoke.ts';
import { SMOKE_TIMEOUT_MS } from '../../../src/core/limits.ts';
import { fromWat } from '../../support/component-fixtures.ts';
import { runnable } from '../../support/run-component.ts';
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

describe('start functions that are ended although they have fuel left', () => {
  const START = `(component (core module $m (func $s (loop $l (br $l))) (start $s) (func (export "f")))
    (core instance $i (instantiate $m)) (func (export "f") (canon lift (core func $i "f"))))`;
  afterEach(() => void vi.restoreAllMocks());

  it('are said to have taken too long when their time is over', async () => {
    const component = await runnable(await fromWat(START));
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => (now += SMOKE_TIMEOUT_MS));
    expect(await smokeRun(component)).toEqual({ ok: false, error: 'its start functions took more than 10 seconds' });
  });

  it('are said to have computed for too long where they cannot be interrupted', async () => {
    const component = await runnable(await fromWat(START), { glue: 'jco' });
    const impatient = Object.defineProperty(Object.create(component), 'maxSlicesInRow', { value: 3 });
    expect(await smokeRun(impatient)).toEqual({
      ok: false,
      error: 'its start functions compute for too long where they cannot be interrupted',
    });
  });
});

it('tells which module is missing', async () => {
  const component = componentOf((module) => module('gone.wasm'), manifestOf([]));
  expect(await smokeRun(component)).toEqual({ ok: false, error: 'Error: the artifact has no core module "gone.wasm"' });
});
