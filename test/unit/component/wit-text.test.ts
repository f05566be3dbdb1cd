/** WIT text says what the component says: it builds a component of the same world again. */
import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/component/model.ts';
import { typeText, worldToWit } from '../../../src/component/wit-text.ts';
import { decoded, fromWat, fromWit, interfaceOf } from '../../support/component-fixtures.ts';
import { EVERYTHING, TEXT_TOOLS } from '../../support/wit-sources.ts';

/** The world without the order of its parts, which tools do not keep. */
function unordered(world: World): unknown {
  const sort = <T>(items: readonly T[]): T[] =>
    [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const items = (list: World['imports']) =>
    sort(
      list.map((item) =>
        item.kind === 'interface'
          ? { ...item.interface, types: sort(item.interface.types), functions: sort(item.interface.functions) }
          : item,
      ),
    );
  return { imports: items(world.imports), exports: items(world.exports) };
}

async function again(world: World): Promise<World> {
  return decoded(await fromWit(worldToWit(world))).world;
}

describe('worldToWit', () => {
  it.each([
    ['every type', EVERYTHING],
    ['a small tool', TEXT_TOOLS],
    [
      'resources of the world itself',
      'package a:b; world w { resource r { constructor(x: u32); get: func() -> u32; } import use-it: func(r: r) -> option<r>; }',
    ],
    [
      'keywords as names',
      'package a:%interface; interface %resource { %record: func(%type: %func) -> %func; record %func { %enum: u8, %use: bool } } world w { export %resource; import %resource; }',
    ],
    [
      'several packages and versions',
      'package a:b@1.0.0; world w { import c:d/e@0.1.0; import c:d/e@0.2.0-rc.1; export f: func(); } package c:d@0.1.0 { interface e { type t = u8; g: func() -> t; } } package c:d@0.2.0-rc.1 { interface e { g: func(); } }',
    ],
    [
      'async, streams and lists of fixed length',
      'package a:b; world w { import f: async func(x: stream<u8>, y: future<string>, z: list<u8, 4>, m: map<string, u32>); import g: func(x: stream, y: future); }',
    ],
    [
      'a fallible constructor and an own handle under a name',
      'package a:b; interface i { resource r { constructor(x: u8) -> result<r, string>; } type handle = own<r>; f: func(h: handle); } world w { import i; }',
    ],
  ])('writes %s so that it can be read again', async (_, wit) => {
    const { world } = decoded(await fromWit(wit));
    expect(unordered(await again(world))).toEqual(unordered(world));
  });

  it('writes an interface that is imported and exported once', async () => {
    const { world } = decoded(await fromWit(EVERYTHING));
    expect(worldToWit(world).match(/interface types \{/g)).toHaveLength(1);
  });

  it('writes docs as doc comments', () => {
    const wit = worldToWit({
      docs: 'A world.\n\nOf two parts.',
      imports: [],
      exports: [
        { kind: 'function', function: { name: 'f', kind: 'freestanding', async: false, params: [], docs: 'Does it.' } },
      ],
    });
    expect(wit).toContain('/// A world.\n///\n/// Of two parts.\nworld root {\n  /// Does it.\n  export f: func();\n}');
  });

  it('gives a name to a record that has none, and brings in types that nothing declares', async () => {
    const { world } = decoded(
      await fromWat(`(component
        (import "a:b/c" (instance $c (type $t (enum "x" "y")) (export "t" (type (eq $t)))))
        (alias export $c "t" (type $t))
        (type $r (record (field "t" $t)))
        (import "f" (func (param "r" $r))))`),
    );
    expect(worldToWit(world)).toContain('use a:b/c.{t};');
    const [item] = (await again(world)).imports.filter(({ kind }) => kind === 'function');
    expect(item).toMatchObject({ function: { params: [{ type: { kind: 'record', fields: [{ name: 't' }] } }] } });
  });
});

describe('typeText', () => {
  it('spells a type as WIT does', async () => {
    const { world } = decoded(await fromWit(EVERYTHING));
    const { functions } = interfaceOf(world, 'exports', 'demo:all/types@1.2.0');
    const tuples = functions.find(({ name }) => name === 'tuples');
    expect(tuples?.params.map(({ type }) => typeText(type))).toEqual(['tuple<u8, string, access>']);
    expect(functions.flatMap(({ result }) => (result === undefined ? [] : [typeText(result)]))).toContain(
      'result<_, color>',
    );
  });
});
