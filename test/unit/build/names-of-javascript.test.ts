/** Names that WIT allows and JavaScript has a meaning for: taken where that is safe, else refused by name. */
import { describe, expect, test } from 'vitest';
import { build } from '../../support/build-fixtures.ts';
import { fromWat, fromWit } from '../../support/component-fixtures.ts';
import { callOf, runnable } from '../../support/run-component.ts';

const inInterface = (items: string) => fromWit(`package t:p; interface i { ${items} } world w { export i; }`);

const PLACES: Readonly<Record<string, (label: string) => string>> = {
  'a field': (label) => `record r { %${label}: u32, x: string } f: func(a: r) -> r;`,
  'a flag': (label) => `flags r { %${label}, x } f: func(a: r) -> r;`,
  'a case': (label) => `variant r { %${label}(u32), x } f: func(a: r) -> r;`,
  'a case of an enum': (label) => `enum r { %${label}, x } f: func(a: r) -> r;`,
  'a parameter': (label) => `f: func(%${label}: u32) -> u32;`,
};

describe.each(Object.entries(PLACES))('%s', (place, source) => {
  test.each(['arguments', 'caller', 'callee', 'buffer', 'eval', 'then', 'length', 'constructor', 'prototype'])(
    "may be named %s, or says that it must be renamed where jco's glue is used",
    async (label) => {
      const component = await inInterface(source(label));
      expect(await build(component)).toMatchObject({ ok: true });
      const result = await build(component, { glue: 'jco' });
      const isKept = /^(constructor|prototype)$/.test(label) && /^a (field|flag)$/.test(place);
      if (!isKept) return expect(result).toMatchObject({ ok: true });
      expect(result).toMatchObject({ ok: false, error: { stage: 'glue-check' } });
      if (!result.ok) expect(result.error.reason).toMatch(new RegExp(`property ${label}: .* must be renamed$`));
      expect(result).not.toHaveProperty('error.offset');
    },
  );
});

test('a function named arguments is refused by its name, not by a place in the glue', async () => {
  const component = await inInterface('arguments: func();');
  expect(await build(component)).toMatchObject({ ok: true });
  const result = await build(component, { glue: 'jco' });
  expect(result).toMatchObject({ ok: false, error: { stage: 'glue-check' } });
  if (!result.ok) expect(result.error.reason).toMatch(/^a function is named `arguments`.*rename it$/);
  expect(result).not.toHaveProperty('error.offset');
});

test.each(['arguments', 'then', 'constructor', 'prototype', 'to-string', 'value-of', 'has-own-property'])(
  'a field named %s keeps its value',
  async (label) => {
    const component = await runnable(
      await fromWat(`(component (core module $m (func (export "f") (param i32) (result i32) local.get 0))
      (core instance $i (instantiate $m)) (type $r (record (field "${label}" u32))) (instance $t (export "r" (type $r)))
      (export $e "a:b/c" (instance $t)) (alias export $e "r" (type $x))
      (func (export "f") (param "p" $x) (result $x) (canon lift (core func $i "f"))))`),
    );
    const outcome = await callOf(component, 'f', { p: { [label]: 5 } });
    expect(outcome).toMatchObject({ kind: 'ok', json: `{"result":{"${label}":5}}` });
  },
);

test.each(['(record (field "a" u32))', 'u32', '(resource (rep i32))'])(
  'a type %s that the world itself exports is refused with a reason',
  async (type) => {
    const result = await build(await fromWat(`(component (type $r ${type}) (export "point" (type $r)))`));
    expect(result).toMatchObject({
      ok: false,
      error: {
        stage: 'link',
        reason: 'it exports the type point of the world itself: types can be exported in an interface only',
      },
    });
  },
);
