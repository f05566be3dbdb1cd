/** Planning: what a plan resolves, and what keeps a component from having one. */
import { describe, expect, test } from 'vitest';
import { planComponent } from '../../../src/component/link/index.ts';
import { layoutsOf } from '../../../src/component/link/layout.ts';
import { neutralize } from '../../../src/component/rename.ts';
import { fromJavaScript, fromWat, fromWit, rawComponent, seededRandom } from '../../support/component-fixtures.ts';
import { planOf } from '../../support/linked.ts';
import { watComponent } from '../../support/wat-components.ts';
import { EVERY_TYPE } from '../../support/wit-worlds.ts';

async function refusal(wat: string, exports: readonly string[] = []): Promise<string> {
  const planned = planComponent(await fromWat(wat), exports);
  if (planned.ok) throw new Error('the component has a plan');
  return planned.error.reason;
}

describe('a plan', () => {
  test('says what to instantiate and what to call', async () => {
    const { plan, modules } = planOf(await watComponent('adder'), ['add']);
    expect(plan).toEqual({
      instances: 1,
      types: [{ kind: 'u32' }],
      functions: [{ params: [0, 0], result: 0 }],
      resources: [],
      imports: [],
      trampolines: [],
      lifts: [{ instance: 0, type: 0, func: [0, 'add'], options: { encoding: 'utf8' } }],
      cores: [{ module: 0, args: [] }],
      exports: [['add', 0]],
    });
    expect(modules).toHaveLength(1);
  });

  test('leaves out core modules that nothing instantiates', async () => {
    const wat = `(component (core module $unused) (core module $m (func (export "f")))
      (core instance $i (instantiate $m)) (func (export "f") (canon lift (core func $i "f"))))`;
    const bytes = await fromWat(wat);
    const { plan, modules } = planOf(bytes, ['f']);
    expect(plan.cores).toEqual([{ module: 0, args: [] }]);
    expect(modules).toHaveLength(1);
    const [{ offset = 0, length = 0 } = {}] = modules;
    expect(WebAssembly.validate(bytes.slice(offset, offset + length))).toBe(true);
    expect(length).toBeGreaterThan(8);
  });

  test('has nothing of components that only pass definitions on', async () => {
    const wat = `(component
      (import "t:t/host" (instance $h (export "tick" (func))))
      (component $shim (import "in" (func $f)) (export "out" (func $f)))
      (component $shims (import "in" (func $f))
        (component $s (import "in" (func $f)) (export "out" (func $f)))
        (instance $i (instantiate $s (with "in" (func $f)))) (export "out" (func $i "out")))
      (instance $a (instantiate $shim (with "in" (func $h "tick"))))
      (instance $b (instantiate $shims (with "in" (func $a "out"))))
      (core func $tick (canon lower (func $b "out")))
      (core module $m (import "h" "tick" (func)) (func (export "f")))
      (core instance $i (instantiate $m (with "h" (instance (export "tick" (func $tick))))))
      (func (export "f") (canon lift (core func $i "f"))))`;
    const { plan } = planOf(await fromWat(wat), ['f']);
    expect(plan.imports).toEqual([['t:t/host', 'tick']]);
    expect(plan.trampolines).toEqual([
      { kind: 'host', instance: 0, import: 0, type: 0, options: { encoding: 'utf8' } },
    ]);
    expect(plan.cores).toEqual([{ module: 0, args: [['h', [['tick', 0]]]] }]);
  });

  test('tells a resource of the host from one of a component, through all its names', async () => {
    const { plan } = planOf(await fromWit(EVERY_TYPE, 'w'), ['my-fn']);
    expect(plan.resources).toContainEqual({ interface: 't:all/host', name: 'hthing' });
    expect(plan.imports).toContainEqual(['t:all/host', '[method]hthing.get']);
  });

  test('of a QuickJS component calls its module loader as another instance, and is small', {
    timeout: 60_000,
  }, async () => {
    const wit = 'package t:t; world w { export greet: func(name: string) -> string; }';
    const component = neutralize(await fromJavaScript(wit, 'export function greet(name) { return name; }'));
    if (!component.ok) throw new Error(component.error.reason);
    const { plan } = planOf(component.value, ['greet']);
    expect(plan.trampolines.some(({ kind }) => kind === 'call')).toBe(true);
    expect(plan.imports).toEqual([]);
    expect(JSON.stringify(plan).length).toBeLessThan(50_000);
  });
});

const M =
  '(core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable) (func (export "f") (param i32 i32)))';
const I =
  '(core instance $i (instantiate $m)) (alias core export $i "m" (core memory $mem)) (alias core export $i "r" (core func $r))';

describe('a component has no plan', () => {
  test.each([
    [
      'with texts in latin1+utf16',
      `(component ${M} ${I} (func (export "f") (param "x" string) (canon lift (core func $i "f") (memory $mem) (realloc $r) string-encoding=latin1+utf16)))`,
      'latin1+utf16',
    ],
    [
      'with built-ins of the asynchronous ABI',
      `(component ${M} ${I} (core func $s (canon waitable-set.new)))`,
      'canonical built-in 0x1f',
    ],
    [
      'with imports that are lowered asynchronously',
      `(component (import "t:t/h" (instance $h (export "f" (func async (param "x" string))))) ${M} ${I} (core func $l (canon lower (func $h "f") async (memory $mem))))`,
      'canonical option async',
    ],
    [
      'that exports what it imports',
      '(component (import "t:t/h" (instance $h (export "f" (func)))) (export "f" (func $h "f")))',
      'it exports f, which it imports',
    ],
    [
      'with names that JavaScript spells alike',
      `(component ${M} ${I} (type $t (record (field "a-1" u8) (field "a1" u8))) (instance $e (export "t" (type $t))) (export $x "a:b/c" (instance $e)) (alias export $x "t" (type $u)) (func (export "f") (param "x" $u) (canon lift (core func $i "f"))))`,
      'both a1 in JavaScript',
    ],
    [
      'with values that no memory holds',
      `(component ${M} ${I} (func (export "f") (param "x" (list (list (list u64 1000) 1000) 1000)) (canon lift (core func $i "f") (memory $mem) (realloc $r))))`,
      'a value takes 8000000000 bytes',
    ],
    ['without the function', `(component ${M} ${I})`, 'does not export the function f'],
  ])('%s', async (_, wat, reason) => {
    expect(await refusal(wat, ['f'])).toContain(reason);
  });

  test('that makes more core instances than are allowed', async () => {
    const wat = `(component (core module $m) ${'(core instance (instantiate $m))'.repeat(257)})`;
    expect(await refusal(wat)).toContain('more than 256 core instances');
  });

  test('whose components instantiate each other exponentially', async () => {
    let wat = '(component $c0 (core module $m) (core instance (instantiate $m)))';
    for (let level = 1; level <= 14; level += 1) {
      wat = `(component $c${level} ${wat} (instance (instantiate $c${level - 1})) (instance (instantiate $c${level - 1})))`;
    }
    expect(await refusal(wat.replace('$c14', ''))).toMatch(/more than (?:256 core|1000 component) instances/);
  });

  test('whose indices lead nowhere', () => {
    // A core instance of module 7; an alias out of core instance 3; a lift of core function 9.
    for (const section of [
      [2, [1, 0x00, 7, 0]],
      [6, [1, 0x00, 0x00, 0x01, 3, 1, 0x66]],
      [8, [1, 0x00, 0x00, 9, 0, 0]],
      [5, [1, 0x00, 4, 0]],
    ] as const) {
      const planned = planComponent(rawComponent(section), []);
      expect(planned).toMatchObject({ ok: false, error: { reason: expect.stringContaining('not exist') } });
    }
  });
});

test('a damaged component is refused or planned, quickly and without a throw', async () => {
  const random = seededRandom(7);
  const original = await fromWit(EVERY_TYPE, 'w');
  for (let run = 0; run < 300; run += 1) {
    const damaged = original.slice();
    for (let edit = 0; edit < 3; edit += 1) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    const started = performance.now();
    expect(typeof planComponent(damaged, ['my-fn']).ok).toBe('boolean');
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});

describe('layouts are those of CanonicalABI.md', () => {
  test.each([
    [
      [
        { kind: 'u8' },
        { kind: 'u64' },
        {
          kind: 'record',
          fields: [
            ['a', 0],
            ['b', 1],
            ['c', 0],
          ],
        },
      ],
      24,
      8,
      ['i32', 'i64', 'i32'],
    ],
    [[{ kind: 'u16' }, { kind: 'option', element: 0 }], 4, 2, ['i32', 'i32']],
    [[{ kind: 'string' }, { kind: 'f64' }, { kind: 'result', ok: 0, err: 1 }], 16, 8, ['i32', 'i64', 'i32']],
    [[{ kind: 'f32' }, { kind: 'u32' }, { kind: 'result', ok: 0, err: 1 }], 8, 4, ['i32', 'i32']],
    [[{ kind: 'flags', labels: Array.from({ length: 17 }, (_, index) => `f${index}`) }], 4, 4, ['i32']],
    [[{ kind: 'u8' }, { kind: 'fixed-list', element: 0, length: 17 }], 17, 1, undefined],
  ] as const)('%#', (types, size, align, flat) => {
    expect(layoutsOf(types).at(-1)).toEqual({ size, align, flat });
  });

  test('and a type that refers to itself has none', () => {
    expect(() =>
      layoutsOf([
        { kind: 'list', element: 0 },
        { kind: 'option', element: 1 },
      ]),
    ).toThrow('refers to itself');
  });
});
