/** Components that are used again, and those that are not: status says why, end to end from the builder to the outcome. */
import { describe, expect, test } from 'vitest';
import { fromWat } from '../../support/component-fixtures.ts';
import { callOf, runnable } from '../../support/run-component.ts';

/** A component of one core module that exports `f`. */
function component(core: string, before = '', args = ''): string {
  return `(component ${before} (core module $m ${core} (func (export "f") (result i32) (call $work) (i32.const 7)))
    (core instance $i (instantiate $m ${args}))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))`;
}

const CLOCK = `(import "wasi:clocks/wall-clock@0.2.6" (instance $clock
    (type $r (record (field "seconds" u64) (field "nanoseconds" u32))) (export "datetime" (type $d (eq $r)))
    (export "resolution" (func (result $d)))))
  (core module $libc (memory (export "m") 1)) (core instance $libc (instantiate $libc))
  (core func $now (canon lower (func $clock "resolution") (memory (core memory $libc "m"))))`;
const CLOCK_ARGS = '(with "h" (instance (export "now" (func $now))))';

const RESOURCE = `(type $t (resource (rep i32))) (core func $new (canon resource.new $t))`;
const RESOURCE_ARGS = '(with "h" (instance (export "new" (func $new))))';

describe('a fresh instance serves each call of a component', () => {
  test.each([
    [
      'whose start function calls the host',
      component(
        '(import "h" "now" (func $now (param i32))) (func $work) (func $s (call $now (i32.const 8))) (start $s)',
        CLOCK,
        CLOCK_ARGS,
      ),
      /^its start functions use the host$/,
    ],
    [
      'whose start function makes a handle',
      component(
        '(import "h" "new" (func $new (param i32) (result i32))) (func $work) (func $s (drop (call $new (i32.const 8)))) (start $s)',
        RESOURCE,
        RESOURCE_ARGS,
      ),
      /^its start functions use the host$/,
    ],
    [
      'that drops data',
      component('(memory 1) (data $d "x") (func $work (data.drop $d))'),
      /^core module 0: it drops data, which nothing can bring back \(data\.drop\)/,
    ],
    [
      'that drops elements',
      component('(table 1 funcref) (elem $e func $work) (func $work (elem.drop $e))'),
      /^core module 0: it drops elements, which nothing can bring back \(elem\.drop\)/,
    ],
  ])('%s', async (_, wat, reason) => {
    const guest = await runnable(await fromWat(wat));
    for (let call = 0; call < 3; call++) {
      expect(await callOf(guest, 'f')).toMatchObject({
        kind: 'ok',
        json: '{"result":7}',
        reuse: 'fresh',
        reuseReason: expect.stringMatching(reason),
        pages: 0,
        instances: 0,
      });
    }
  });

  test('that runs on generated glue', async () => {
    const guest = await runnable(await fromWat(component('(func $work)')), { glue: 'jco' });
    for (let call = 0; call < 2; call++) {
      expect(await callOf(guest, 'f')).toMatchObject({
        kind: 'ok',
        reuse: 'fresh',
        reuseReason: expect.stringMatching(/^it runs on generated glue: /),
      });
    }
  });
});

describe('an instance is used again of a component', () => {
  test.each([
    ['without state', component('(func $work)')],
    [
      'with two memories in two core modules',
      component(
        '(import "h" "now" (func $now (param i32))) (memory 1) (func $work (call $now (i32.const 8)))',
        CLOCK,
        CLOCK_ARGS,
      ),
    ],
    [
      'that makes handles and keeps them',
      component(
        '(import "h" "new" (func $new (param i32) (result i32))) (func $work (drop (call $new (i32.const 8))))',
        RESOURCE,
        RESOURCE_ARGS,
      ),
    ],
    [
      'whose start function stays in its module',
      component('(memory 1) (func $work) (func $s (i32.store (i32.const 0) (i32.const 1))) (start $s)'),
    ],
    [
      'that copies data without dropping it',
      component('(memory 1) (data $d "x") (func $work (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)))'),
    ],
  ])('%s', async (_, wat) => {
    const guest = await runnable(await fromWat(wat));
    const seen = [];
    for (let call = 0; call < 3; call++) {
      const outcome = await callOf(guest, 'f');
      expect(outcome).toMatchObject({ kind: 'ok', json: '{"result":7}' });
      expect(outcome).not.toHaveProperty('reuseReason');
      seen.push('reuse' in outcome && outcome.reuse);
    }
    expect(seen).toEqual(['fresh', 'restored', 'restored']);
  });
});
