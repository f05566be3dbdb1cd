/** What JavaScript Promise Integration of V8 does, where the linker builds on it. */
import { expect, test } from 'vitest';
import { promising, suspending } from '../../../../functions/runtime/abi/jspi.ts';
import type { CoreFunction } from '../../../../functions/runtime/abi/state.ts';
import { compile } from '../../../support/build-fixtures.ts';
import { fromWat } from '../../../support/component-fixtures.ts';

/** A core function that calls `f` and answers what it does. */
async function calling(f: CoreFunction): Promise<CoreFunction> {
  const module = compile(
    await fromWat('(module (import "h" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))'),
  );
  return new WebAssembly.Instance(module, { h: { f } }).exports['run'] as CoreFunction; // see the text
}

const SUSPEND_ERROR = /suspend/;

test('an import that may suspend cannot be called outside of a promising call, even if it does not wait', async () => {
  const run = await calling(suspending(() => 1));
  expect(() => run()).toThrow(SUSPEND_ERROR);
  expect(await promising(run)()).toBe(1);
});

test('nor below a frame of JavaScript', async () => {
  const inner = await calling(suspending(() => 1));
  const outer = await calling(() => inner());
  await expect(promising(outer)()).rejects.toThrow(SUSPEND_ERROR);
});

test('a promising call below an import that may suspend has a stack of its own', async () => {
  const inner = promising(await calling(suspending(() => Promise.resolve(2))));
  const outer = await calling(suspending(() => inner()));
  expect(await promising(outer)()).toBe(2);
});
