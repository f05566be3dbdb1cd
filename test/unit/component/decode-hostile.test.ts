/** Bytes that are damaged, lie about themselves, or are made to exhaust the decoder. */
import { describe, expect, it } from 'vitest';
import { decodeComponent } from '../../../src/component/decode/index.ts';
import { neutralize } from '../../../src/component/rename.ts';
import {
  fromJavaScript,
  fromWat,
  fromWit,
  leb,
  rawComponent,
  refusal,
  seededRandom,
} from '../../support/component-fixtures.ts';
import { EVERYTHING, TEXT_TOOLS } from '../../support/wit-sources.ts';

const text = (value: string) => new TextEncoder().encode(value);

describe('bytes that are no component', () => {
  it.each<[string, Uint8Array | Promise<Uint8Array>, RegExp]>([
    ['an empty file', new Uint8Array(), /empty/],
    ['HTML', text('<!doctype html>'), /not WebAssembly/],
    ['WebAssembly text', text('(component)'), /WebAssembly text/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /gzip/],
    ['half a preamble', Uint8Array.of(0, 0x61, 0x73), /cut off/],
    ['a core module', fromWat('(module)'), /core WebAssembly module.*jco new/],
    ['an unknown component version', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0e, 0, 1, 0), /version 14/],
    ['an unknown layer', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 2, 0), /layer 2/],
  ])('says that it was given %s', async (_, bytes, reason) => {
    const result = decodeComponent(await bytes);
    expect(result).toMatchObject({ ok: false, error: { stage: 'preamble', reason: expect.stringMatching(reason) } });
  });

  it('recognises a WIT package in binary form', async () => {
    const bytes = await fromWat(`(component
      (type $w (component (type (component (export "f" (func)))) (export "demo:a/w" (component (type 0)))))
      (export "w" (type $w)))`);
    expect(refusal(bytes)).toMatch(/WIT package/);
  });
});

describe('features that are refused', () => {
  it.each([
    ['a core module', '(component (import "m" (core module)))', /whole module/],
    ['WASI 0.3', '(component (import "wasi:clocks/types@0.3.0" (instance)))', /WASI 0\.3/],
    ['the asynchronous ABI', asyncLift(), /asynchronous ABI/],
    [
      'a name that is no interface',
      '(component (import "unlocked-dep=<a:b>" (instance)))',
      /not the name of an interface/,
    ],
    [
      'an instance in an interface',
      '(component (import "a:b/c" (instance (export "d" (instance)))))',
      /WIT cannot express/,
    ],
  ])('refuses %s with a clear text', async (_, wat, reason) => {
    expect(refusal(await fromWat(wat))).toMatch(reason);
  });

  it('refuses an interface that is imported and exported with different types of one name', async () => {
    const bytes = await fromWat(`(component
      (import "a:b/c" (instance (type $t (record (field "x" u32))) (export "t" (type (eq $t)))))
      (type $u (record (field "y" u32)))
      (instance $i (export "t" (type $u)))
      (export "a:b/c" (instance $i)))`);
    expect(refusal(bytes)).toMatch(/different content/);
  });
});

describe('damaged components', async () => {
  const fixtures: [string, Uint8Array][] = [
    ['one with every type', await fromWit(EVERYTHING)],
    ['a small one', await fromWit(TEXT_TOOLS)],
    [
      'one from JavaScript',
      await fromJavaScript(
        'package demo:a; world a { export f: func(x: string) -> string; }',
        'export const f = (x) => x;',
      ),
    ],
  ];

  it.each(fixtures)('refuses %s when it is cut at any sixteenth', (_, bytes) => {
    for (let part = 0; part < 16; part += 1) {
      const result = decodeComponent(bytes.subarray(0, Math.floor((bytes.length * part) / 16)));
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.error.reason).toMatch(/\w/);
    }
  });

  it.each(fixtures)('answers quickly for %s with any of 500 bytes changed', (_, bytes) => {
    const random = seededRandom(20_260_101);
    const damaged = bytes.slice();
    // Behind the large core modules lies everything that is decoded: most changes go there.
    const interesting = Math.min(bytes.length, 30_000);
    const started = performance.now();
    for (let round = 0; round < 500; round += 1) {
      const span = round % 10 === 0 ? bytes.length : interesting;
      const at = bytes.length - 1 - Math.floor(random() * span);
      const original = damaged[at] ?? 0;
      damaged[at] = Math.floor(random() * 256);
      expect(() => decodeComponent(damaged)).not.toThrow();
      if (round % 5 === 0) expect(() => neutralize(damaged)).not.toThrow();
      damaged[at] = original;
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('survives 2,000 inputs of random sections', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2_000; round += 1) {
      const sections = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
        const content = Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256) & 0x7f);
        return [Math.floor(random() * 13), content] as const;
      });
      const bytes = rawComponent(...sections);
      expect(() => [decodeComponent(bytes), neutralize(bytes)]).not.toThrow();
    }
  });
});

describe('bombs', () => {
  /** A signed number: from 64 on, one byte would be a negative one. */
  const typeIndex = (index: number) => (index < 64 || index > 127 ? leb(index) : [index | 0x80, 0]);
  const section = (id: number, entries: readonly (readonly number[])[]) =>
    [id, [...leb(entries.length), ...entries.flat()]] as const;

  it('refuses a type of 2^100 nodes', () => {
    const tuples = Array.from({ length: 60 }, (_, index) => [0x6f, 2, index, index]);
    const bytes = rawComponent(section(7, [[0x7d], ...tuples]));
    expect(refusal(bytes)).toMatch(/parts/);
  });

  it('refuses a type of 1,000 levels', () => {
    const lists = Array.from({ length: 1_000 }, (_, index) => [0x70, ...typeIndex(index)]);
    expect(refusal(rawComponent(section(7, [[0x7d], ...lists])))).toMatch(/levels deep/);
  });

  it('refuses components nested 1,000 levels deep', () => {
    let inner = rawComponent();
    for (let level = 0; level < 1_000; level += 1) inner = rawComponent([4, [...inner]]);
    expect(refusal(inner)).toMatch(/nested more than/);
  });

  it('refuses instance types nested 1,000 levels deep', () => {
    let type: number[] = [0x42, 0];
    for (let level = 0; level < 1_000; level += 1) type = [0x42, 1, 0x01, ...type];
    expect(refusal(rawComponent(section(7, [type])))).toMatch(/nested more than/);
  });

  it('refuses components that instantiate each other 8^15 times', () => {
    // Each component holds the next one and instantiates it eight times.
    let inner = rawComponent();
    for (let level = 0; level < 15; level += 1) {
      const instances = Array.from({ length: 8 }, () => [0x00, 0, 0]);
      inner = rawComponent([4, [...inner]], section(5, instances));
    }
    const started = performance.now();
    expect(refusal(inner)).toMatch(/instantiates more than/);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('refuses counts that the bytes cannot hold', () => {
    expect(refusal(rawComponent([7, [0xff, 0xff, 0xff, 0xff, 0x0f]]))).toMatch(/announced/);
    expect(refusal(rawComponent([7, [1, 0x6f, 0xff, 0xff, 0xff, 0x7f]]))).toMatch(/announced/);
  });

  it('refuses numbers that are too long or too large', () => {
    expect(refusal(rawComponent([7, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00]]))).toMatch(/longer than 5 bytes/);
    expect(refusal(rawComponent([7, [0xff, 0xff, 0xff, 0xff, 0x7f]]))).toMatch(/larger than 32 bits/);
  });

  it('refuses a type that is renamed 50,000 times', () => {
    const exports = Array.from({ length: 50_000 }, (_, index) => {
      const name = new TextEncoder().encode(`t${index}`);
      return [0x00, ...leb(name.length), ...name, 0x03, ...leb(index), 0x00];
    });
    const inner = rawComponent(section(7, [[0x7d]]), section(11, exports));
    expect(refusal(rawComponent([4, [...inner]], section(5, [[0x00, 0, 0]])))).toMatch(/names one after the other/);
  });

  it('refuses a million definitions', () => {
    const types = Array.from({ length: 1_000_000 }, () => 0x7d);
    expect(refusal(rawComponent([7, [...leb(types.length), ...types]]))).toMatch(/more than \d+ definitions/);
  });

  it('refuses a world whose functions share one large type 100 times', async () => {
    const fields = Array.from({ length: 900 }, (_, index) => `(field "f${index}" u8)`).join(' ');
    const functions = Array.from({ length: 100 }, (_, index) => `(import "g${index}" (func (param "x" $n)))`).join(
      '\n',
    );
    const bytes = await fromWat(`(component (type $t (record ${fields})) (import "t" (type $n (eq $t))) ${functions})`);
    expect(refusal(bytes)).toMatch(/written out/);
  });
});

describe('names', () => {
  it.each(["f'+1", 'then\u2028', '', '__proto__', 'a b', 'f\\', 'Foo', 'a--b', '-a', '1a'])(
    'refuses %j as the name of a field',
    (name) => {
      const bytes = text(name);
      const record = [0x72, 1, ...leb(bytes.length), ...bytes, 0x7d];
      expect(refusal(rawComponent([7, [1, ...record]]))).toMatch(/kebab case/);
    },
  );

  it('answers at once for a name made to be matched in 2^90 ways', () => {
    const bytes = text(`a${'-1'.repeat(90)}!`);
    const started = performance.now();
    expect(refusal(rawComponent([7, [1, 0x72, 1, ...leb(bytes.length), ...bytes, 0x7d]]))).toMatch(/kebab case/);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each(['a', 'a-b-c', 'a1-2-3', 'A', 'A-B-C', 'A1-2-3', 'a11-w0rds', 'A11-4CR0NYMS', 'm1x3d-4CR0NYMS', 'is-XML'])(
    'accepts %j, an example of the specification',
    (name) => {
      const bytes = text(name);
      expect(decodeComponent(rawComponent([7, [1, 0x72, 1, ...leb(bytes.length), ...bytes, 0x7d]]))).toMatchObject({
        ok: true,
      });
    },
  );

  it('refuses invalid UTF-8 in a name', () => {
    expect(refusal(rawComponent([7, [1, 0x72, 1, 2, 0xc3, 0x28, 0x7d]]))).toMatch(/UTF-8/);
  });

  it('refuses fields that differ in case only', () => {
    expect(refusal(rawComponent([7, [1, 0x72, 2, 1, 0x61, 0x7d, 1, 0x41, 0x7d]]))).toMatch(/both called/);
  });
});

function asyncLift(): string {
  return `(component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func $f (canon lift (core func $i "f") async))
    (export "f" (func $f)))`;
}
