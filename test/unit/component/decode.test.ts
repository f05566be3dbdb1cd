/** What the decoder makes of components: names, types, resources, aliases, nesting. */
import { describe, expect, it } from 'vitest';
import type { ValueType } from '../../../src/component/model.ts';
import { decoded, fromWat, fromWit, interfaceOf } from '../../support/component-fixtures.ts';
import { EVERYTHING } from '../../support/wit-sources.ts';

const TYPES = 'demo:all/types@1.2.0';
const named = (name: string) => ({ name, interface: TYPES });

describe('a world built by wit-component', async () => {
  const { world, coreModules, producers } = decoded(await fromWit(EVERYTHING));
  const types = interfaceOf(world, 'exports', TYPES);
  const func = (name: string) => types.functions.find((entry) => entry.name === name);
  const type = (name: string) => types.types.find((entry) => entry.name === name);

  it('lists imports and exports under their full names', () => {
    const names = (direction: 'imports' | 'exports') =>
      world[direction].map((item) =>
        item.kind === 'interface'
          ? item.interface.name
          : item.kind === 'function'
            ? item.function.name
            : item.type.name,
      );
    expect(names('imports')).toEqual(expect.arrayContaining([TYPES, 'local', 'point', 'own-record', 'log']));
    expect(names('exports')).toEqual(expect.arrayContaining(['move', 'constructor', TYPES, 'demo:all/user@1.2.0']));
  });

  it('decodes records, variants, enums, flags and options inside of an exported interface', () => {
    const point = { kind: 'record', name: named('point') };
    expect(type('options')?.type).toMatchObject({
      kind: 'record',
      name: named('options'),
      fields: [
        { name: 'depth', type: { kind: 'u8' } },
        { name: 'list', type: { kind: 'option', element: { kind: 'list', element: { kind: 'string' } } } },
        { name: 'nested', type: point },
      ],
    });
    expect(type('shape')?.type).toMatchObject({
      kind: 'variant',
      cases: [
        { name: 'circle', type: { kind: 'f32' } },
        { name: 'polygon', type: { element: point } },
        { name: 'empty' },
      ],
    });
    expect(type('color')?.type).toMatchObject({
      kind: 'enum',
      cases: [{ name: 'red' }, { name: 'green' }, { name: 'blue' }],
    });
    expect(type('access')?.type).toMatchObject({
      kind: 'flags',
      labels: [{ name: 'read' }, { name: 'write' }, { name: 'exec' }],
    });
    expect(type('point-list')?.type).toMatchObject({ kind: 'list', name: named('point-list'), element: point });
  });

  it('says of an alias what it is an alias of', () => {
    expect(type('alias-of-point')?.alias).toEqual(named('point'));
    const user = interfaceOf(world, 'exports', 'demo:all/user@1.2.0');
    expect(user.types.find(({ name }) => name === 'colour')?.alias).toEqual(named('color'));
    expect(user.types.find(({ name }) => name === 'blob')).toMatchObject({
      alias: named('blob'),
      type: { kind: 'resource' },
    });
    const imported = world.imports.find((item) => item.kind === 'type' && item.type.name === 'point');
    expect(imported).toMatchObject({ type: { alias: named('point'), type: { kind: 'record' } } });
  });

  it('decodes every primitive in order', () => {
    expect(
      func('primitives')
        ?.params.map((param) => param.type.kind)
        .join(' '),
    ).toBe('bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char string');
  });

  it('tells the four forms of result apart', () => {
    expect(func('make')?.result).toMatchObject({
      kind: 'result',
      ok: { name: named('shape') },
      err: { name: named('color') },
    });
    expect(func('nothing')?.result).toEqual({ kind: 'result' });
    expect(func('only-err')?.result).toEqual({ kind: 'result', err: type('color')?.type });
    expect(func('primitives')).not.toHaveProperty('result');
  });

  it('sorts functions of resources by kind and leaves self out', () => {
    expect(types.functions.filter(({ resource }) => resource === 'blob')).toMatchObject([
      {
        kind: 'constructor',
        name: 'blob',
        params: [{ name: 'init' }],
        result: { kind: 'own', resource: named('blob') },
      },
      { kind: 'method', name: 'read', params: [{ name: 'at' }, { name: 'len' }] },
      { kind: 'static', name: 'merge', params: [{ type: { kind: 'borrow' } }, { type: { kind: 'own' } }] },
    ]);
  });

  it('keeps one object for one type', () => {
    const results = types.functions.flatMap(({ result }) => (result?.kind === 'tuple' ? result.elements : []));
    expect(results[0]).toBe(type('point-list')?.type);
    expect(results[1]).toBe(type('alias-of-point')?.type);
  });

  it('lists the embedded core modules and the tools that made the component', () => {
    expect(coreModules.length).toBeGreaterThan(0);
    expect(coreModules.every(({ length, depth }) => length > 8 && depth === 0)).toBe(true);
    expect(producers?.processedBy?.join()).toContain('wit-component');
  });
});

describe('types beyond WASI 0.2', () => {
  it('decodes stream, future, error-context, map, lists of fixed length and async functions', async () => {
    const component = await fromWat(`(component
      (type $s (stream u8)) (type $f (future)) (type $m (map string u32)) (type $l (list u8 4)) (type $e error-context)
      (import "f" (func async (param "a" $s) (param "b" $f) (param "c" $m) (param "d" $l) (param "e" $e))))`);
    const [item] = decoded(component).world.imports;
    const func = item?.kind === 'function' ? item.function : undefined;
    const expected: ValueType[] = [
      { kind: 'stream', element: { kind: 'u8' } },
      { kind: 'future' },
      { kind: 'map', key: { kind: 'string' }, value: { kind: 'u32' } },
      { kind: 'fixed-list', element: { kind: 'u8' }, length: 4 },
      { kind: 'error-context' },
    ];
    expect(func?.async).toBe(true);
    expect(func?.params.map(({ type }) => type)).toEqual(expected);
  });
});

describe('nested components', () => {
  it('gives exports of an instantiated component the types that were passed in', async () => {
    const component = await fromWat(`(component
      (import "demo:a/types" (instance $types
        (type $t (record (field "x" u32)))
        (export "rec" (type (eq $t)))))
      (alias export $types "rec" (type $rec))
      (component $shim
        (import "rec" (type $r (sub resource)))
        (type $f (func (param "r" (own $r))))
        (export "unused" (type $r)))
      (component $inner
        (type $shape (record (field "x" u32)))
        (import "in-rec" (type $r (eq $shape)))
        (type $ft (func (param "r" $r) (result $r)))
        (import "in-f" (func $f (type $ft)))
        (export $out "rec" (type $r))
        (type $ft2 (func (param "r" $out) (result $out)))
        (export "go" (func $f) (func (type $ft2))))
      (type $ft (func (param "r" $rec) (result $rec)))
      (import "f" (func $f (type $ft)))
      (instance $i (instantiate $inner (with "in-rec" (type $rec)) (with "in-f" (func $f))))
      (export "demo:a/api" (instance $i)))`);
    const { world } = decoded(component);
    const api = interfaceOf(world, 'exports', 'demo:a/api');
    const origin = { name: 'rec', interface: 'demo:a/types' };
    expect(api.types).toMatchObject([{ name: 'rec', alias: origin }]);
    expect(api.functions[0]?.params[0]?.type.name).toEqual(origin);
  });

  it('makes the resources of two instances of one component different', async () => {
    const component = await fromWat(`(component
      (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
      (instance $a (instantiate $c)) (instance $b (instantiate $c))
      (export "demo:x/a" (instance $a)) (export "demo:x/b" (instance $b)))`);
    const { world } = decoded(component);
    for (const name of ['demo:x/a', 'demo:x/b']) {
      expect(interfaceOf(world, 'exports', name).types).toEqual([{ name: 'r', type: { kind: 'resource' } }]);
    }
  });

  it('follows outer aliases, inline instances, renamed exports and the type that an export is given', async () => {
    const component = await fromWat(`(component $outer
      (type $point (record (field "x" s32)))
      (component $inner
        (alias outer $outer $point (type $p))
        (export $named "point" (type $p))
        (type $ft (func (result $named)))
        (import "f" (func $f (type $ft)))
        (export "get" (func $f))
        (export "hidden" (func $f)))
      (type $ft (func (result $point)))
      (import "f" (func $f (type $ft)))
      (instance $i (instantiate $inner (with "f" (func $f))))
      (alias export $i "get" (func $get))
      (alias export $i "point" (type $p))
      (instance $narrow (export "point" (type $p)) (export "fetch" (func $get)))
      (export "demo:x/narrow" (instance $narrow))
      (type $shown (instance
        (type $q (record (field "x" s32))) (export "point" (type $n (eq $q)))
        (type $g (func (result $n))) (export "get" (func (type $g)))))
      (export "demo:x/shown" (instance $i) (instance (type $shown))))`);
    const { world } = decoded(component);
    const narrow = interfaceOf(world, 'exports', 'demo:x/narrow');
    expect(narrow.functions.map(({ name }) => name)).toEqual(['fetch']);
    expect(narrow.types).toMatchObject([{ name: 'point', type: { kind: 'record' } }]);
    const shown = interfaceOf(world, 'exports', 'demo:x/shown');
    expect(shown.functions.map(({ name }) => name)).toEqual(['get']);
    expect(shown.functions[0]?.result).toMatchObject({
      kind: 'record',
      fields: [{ name: 'x', type: { kind: 's32' } }],
    });
  });

  it('sees through the type that an export is given to the resource behind it', async () => {
    const component = await fromWat(`(component
      (import "a:b/c" (instance $c (export "r" (type (sub resource)))))
      (alias export $c "r" (type $r))
      (instance $i (export "r" (type $r)))
      (export "a:b/d" (instance $i) (instance (export "r" (type (sub resource))))))`);
    expect(interfaceOf(decoded(component).world, 'exports', 'a:b/d').types).toEqual([
      { name: 'r', type: { kind: 'resource' }, alias: { name: 'r', interface: 'a:b/c' } },
    ]);
  });

  it('names a resource by its export where a function refers to its definition', async () => {
    const component = await fromWat(`(component
      (type $r (resource (rep i32)))
      (type $ft (func (result (own $r))))
      (core module $m (func (export "f") (result i32) i32.const 0))
      (core instance $m (instantiate $m))
      (func $f (type $ft) (canon lift (core func $m "f")))
      (export "res" (type $r))
      (export "make" (func $f)))`);
    const made = decoded(component).world.exports.find(({ kind }) => kind === 'function');
    expect(made).toMatchObject({ function: { result: { kind: 'own', resource: { name: 'res' } } } });
  });

  it('instantiates a component that was imported by an inner one', async () => {
    const component = await fromWat(`(component
      (component $maker (type $t (enum "a" "b")) (export "t" (type $t)))
      (component $user
        (import "maker" (component $m (type $e (enum "a" "b")) (export "t" (type (eq $e)))))
        (instance $i (instantiate $m))
        (export "inner" (instance $i)))
      (instance $u (instantiate $user (with "maker" (component $maker))))
      (alias export $u "inner" (instance $i))
      (export "demo:x/made" (instance $i)))`);
    expect(interfaceOf(decoded(component).world, 'exports', 'demo:x/made').types).toMatchObject([
      { name: 't', type: { kind: 'enum', cases: [{ name: 'a' }, { name: 'b' }] } },
    ]);
  });
});
