/** Our linker and jco's glue on the same component: the same outcome, or both refuse. */

import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ValueType } from '../../../../src/component/model.ts';
import type { CallOutcome } from '../../../../src/isolate/protocol.ts';
import { anyType, typeAndJson } from '../../../support/arbitrary-types.ts';
import { fromJavaScript } from '../../../support/component-fixtures.ts';
import { ALLOCATOR } from '../../../support/passing-component.ts';
import { callOf, runnable } from '../../../support/run-component.ts';
import { WitTypes } from '../../../support/wit-of-type.ts';

async function component(core: string, declarations: WitTypes, functions: readonly string[]): Promise<Uint8Array> {
  const witSource = `package t:t; interface types { ${[...declarations.declarations.values()].join('\n')} }
    world w { ${declarations.declarations.size === 0 ? '' : `use types.{${[...declarations.declarations.keys()].join(', ')}};`}
      ${functions.map((each) => `export ${each};`).join('\n')} }`;
  return componentNew(await componentEmbed({ binary: await parse(core), witSource, features: { tag: 'all' } }));
}

async function bothOf(bytes: Uint8Array) {
  const [own, jco] = [await runnable(bytes), await runnable(bytes, { glue: 'jco' })];
  return async (name: string, args: object): Promise<readonly [CallOutcome, CallOutcome]> => [
    await callOf(own, name, args),
    await callOf(jco, name, args),
  ];
}

/** Types that jco 1.35 cannot do: maps in lists, names that its glue has a meaning for. */
const BEYOND_JCO = /"kind":"map"|"name":"(?:constructor|to-string|value-of|has-own-property)"|"length":0/;
const commonType = anyType.filter((type) => !BEYOND_JCO.test(JSON.stringify(type)));

test('P2: a list of any type is the same through both', { timeout: 240_000 }, async () => {
  const common = typeAndJson.filter(([type]) => !BEYOND_JCO.test(JSON.stringify(type)));
  await fc.assert(
    fc.asyncProperty(common, async ([type, json]) => {
      const types = new WitTypes();
      const written = types.write(type);
      const core = `(module ${ALLOCATOR} (func (export "echo") (param i32 i32) (result i32)
        (i32.store (i32.const 1024) (local.get 0)) (i32.store (i32.const 1028) (local.get 1)) (i32.const 1024)))`;
      const call = await bothOf(await component(core, types, [`echo: func(x: list<${written}>) -> list<${written}>`]));
      const x = type.kind === 'u8' ? [json] : [json, json];
      const [own, jco] = await call('echo', { x });
      expect(own.kind).toBe('ok');
      expect('json' in own && own.json).toEqual('json' in jco && jco.json);
    }),
    { numRuns: 100, endOnFailure: true },
  );
});

/** jco looks neither whether a pointer is aligned nor where that of an empty list or text leads. */
function isLaxer(own: CallOutcome, jco: CallOutcome): boolean {
  if (!('text' in own)) return false;
  return /not aligned/.test(own.text) || (/beyond/.test(own.text) && 'json' in jco && /\[\]|""|\{\}/.test(jco.json));
}

/** Memory in which small numbers are frequent: discriminants that are in range, pointers that lead somewhere. */
const bytes = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.constantFrom(8, 16, 32, 64), fc.nat(255)), {
  minLength: 256,
  maxLength: 256,
});

test('P3: any bytes are the same value through both, or a trap in both', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(commonType, bytes, async (type, data) => {
      const types = new WitTypes();
      const written = types.write({ kind: 'tuple', elements: [type, { kind: 'u8' }] } satisfies ValueType);
      const text = data.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
      const core = `(module ${ALLOCATOR} (data (i32.const 0) "${text}")
        (func (export "read") (param i32) (result i32) (local.get 0)))`;
      const call = await bothOf(await component(core, types, [`read: func(at: u32) -> ${written}`]));
      for (const at of [0, 8, 64, 128, 248]) {
        const [own, jco] = await call('read', { at });
        if (isLaxer(own, jco)) continue;
        expect(own.kind, JSON.stringify([own, jco])).toBe(jco.kind);
        expect('json' in own && own.json).toEqual('json' in jco && jco.json);
      }
    }),
    { numRuns: 100, endOnFailure: true },
  );
});

describe('a component of QuickJS', { timeout: 60_000 }, () => {
  const WIT = `package t:t;
    interface shapes {
      record point { x: s32, y-y: f64 } variant shape { dot(point), text(string), none }
      turn: func(shapes: list<shape>) -> result<list<shape>, string>;
    }
    world w { export shapes; export count: func(text: string) -> u32; }`;
  const SOURCE = `function turn(shapes) { if (shapes.length > 2) throw 'too many';
      return shapes.reverse().map((s) => s.tag === 'dot' ? { tag: 'dot', val: { x: -s.val.x, yY: s.val.yY * 2 } } : s); }
    export const shapes = { turn };
    export function count(text) { return [...text].length; }`;

  test('answers the same through both', async () => {
    const call = await bothOf(await fromJavaScript(WIT, SOURCE));
    const dot = { tag: 'dot', val: { x: 7, 'y-y': 1.5 } };
    for (const [name, args] of [
      ['t:t/shapes#turn', { shapes: [dot, { tag: 'text', val: 'é😀' }] }],
      ['t:t/shapes#turn', { shapes: [dot, dot, dot] }],
      ['t:t/shapes#turn', { shapes: [] }],
      ['count', { text: 'a😀ü' }],
    ] as const) {
      const [own, jco] = await call(name, args);
      expect([own.kind, 'json' in own && own.json]).toEqual([jco.kind, 'json' in jco && jco.json]);
      expect(['ok', 'err']).toContain(own.kind);
    }
  });
});
