/** Names that mean something to JavaScript: in core modules they are never text, as exports they are only names. */
import { expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../../support/edge-client.ts';
import { withCoreNames, withExportNamed } from '../../support/hostile-binaries.ts';

const client = clientOf(inject('edge'));

const CORE_NAMES = [
  "f'.slice(0,(globalThis.X=1,1))+'",
  'f".slice(0,(globalThis.X=1,1))+"',
  '`\x24{globalThis.X=1}`',
  '\x24{(()=>{throw 1})()}',
  "']);throw new Error('reached');//",
  '\\',
  '\\u0027',
  "\\'+(globalThis.X=1)+\\'",
  "'",
  '"',
  '`',
  '*/globalThis.X=1;/*',
  '//',
  '\n',
  '\r\nglobalThis.X=1\r\n',
  '\u2028',
  '\u2029globalThis.X=1',
  '\u0000',
  '\ufeff',
  '</script>',
  '',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  '__fuel',
  '__fuel_slot',
  '__start',
  'x'.repeat(10_000),
];

test('core imports and exports may have any name', async () => {
  const name = freshName('core-names');
  const upload = await client.upload(name, await withCoreNames(CORE_NAMES));
  expect([upload.status, upload.text]).toEqual([201, expect.any(String)]);
  for (const index of CORE_NAMES.keys()) {
    const { text } = await client.call(name, `f${index}`, { x: 100 });
    expect([CORE_NAMES[index]?.slice(0, 40), text]).toEqual([
      CORE_NAMES[index]?.slice(0, 40),
      JSON.stringify({ result: 100 + index }),
    ]);
  }
  expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
});

test.each([
  'then',
  'constructor',
  'prototype',
  'to-string',
  'value-of',
  'to-json',
  'has-own-property',
  'await',
  'default',
  'instantiate',
  'call',
  'smoke',
  'fetch',
])('a function may be called %s', async (fn) => {
  const name = freshName('export-name');
  const upload = await client.upload(name, await withExportNamed(fn));
  expect([upload.status, upload.text]).toEqual([201, expect.any(String)]);
  for (const x of [1, 2]) {
    expect((await client.call(name, fn, { x })).text).toBe(JSON.stringify({ result: x + 1 }));
  }
});

test.each(['__proto__', 'toString', "f'", '`\x24{1}`', 'a\nb', '\u2028'])(
  'a function may not be called %j, which is no name of WIT',
  async (fn) => {
    const name = freshName('export-name');
    const refused = errorOf(await client.upload(name, await withExportNamed(fn)));
    expect(refused).toMatchObject({ status: 422, error_code: 'INVALID_COMPONENT' });
    expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
  },
);

test.each(['__proto__', 'constructor', 'toString', 'then', 'hasOwnProperty'])(
  'what no component exports cannot be called: %s',
  async (fn) => {
    expect(errorOf(await client.call('adder', fn, {}))).toMatchObject({
      status: 404,
      error_code: 'FUNCTION_NOT_FOUND',
    });
    expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
  },
);
