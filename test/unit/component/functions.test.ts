/** Which exports can be called, and how they are named by callers. */
import { describe, expect, it } from 'vitest';
import { exportedFunctions, resolveFunction } from '../../../src/component/functions.ts';
import type { CallableFunction } from '../../../src/component/model.ts';
import { decoded, fromJavaScript, fromWit } from '../../support/component-fixtures.ts';
import { EVERYTHING, TEXT_TOOLS } from '../../support/wit-sources.ts';

async function functionsOf(wit: string): Promise<CallableFunction[]> {
  return exportedFunctions(decoded(await fromWit(wit)).world);
}

const byId = (functions: readonly CallableFunction[], id: string) => functions.find((entry) => entry.id === id);

describe('exportedFunctions', () => {
  it('gives each function its full id', async () => {
    const functions = await functionsOf(TEXT_TOOLS);
    expect(functions.map(({ id }) => id).sort()).toEqual([
      'demo:text/tools@0.1.0#count',
      'demo:text/tools@0.1.0#process-text',
      'greet',
    ]);
    expect(functions.every((entry) => entry.callable && entry.reason === undefined)).toBe(true);
    expect(byId(functions, 'greet')).not.toHaveProperty('interface');
  });

  it('says why functions of resources and functions with handles cannot be called', async () => {
    const functions = await functionsOf(EVERYTHING);
    const types = 'demo:all/types@1.2.0';
    for (const key of ['[constructor]blob', '[method]blob.read', '[static]blob.merge']) {
      expect(byId(functions, `${types}#${key}`)).toMatchObject({
        callable: false,
        reason: expect.stringContaining('blob'),
      });
    }
    expect(byId(functions, 'demo:all/user@1.2.0#run')?.reason).toBe(
      'its parameter b contains the resource blob, which cannot be written in JSON',
    );
    expect(byId(functions, 'demo:all/user@1.2.0#keep')).toMatchObject({ callable: false });
    expect(byId(functions, `${types}#make`)).toMatchObject({ callable: true });
  });

  it('finds what cannot be written in JSON wherever it is, in the result too', async () => {
    const functions = await functionsOf(
      'package a:b; world w { export f: func() -> result<list<tuple<u8, stream<u8>>>, string>; export g: func(x: option<future>); export h: async func(); }',
    );
    expect(byId(functions, 'f')?.reason).toBe('its result contains a stream, which cannot be written in JSON');
    expect(byId(functions, 'g')?.reason).toBe('its parameter x contains a future, which cannot be written in JSON');
  });

  it('leaves out interfaces of WASI', async () => {
    const functions = await functionsOf(
      'package a:b; world w { export wasi:cli/run@0.2.6; export f: func(); } package wasi:cli@0.2.6 { interface run { run: func() -> result; } }',
    );
    expect(functions.map(({ id }) => id)).toEqual(['f']);
  });

  it("leaves out the entry point of componentize-qjs, and keeps an author's own init", async () => {
    const built = await fromJavaScript('package a:b; world w { export f: func(); }', 'export const f = () => {};');
    expect(decoded(built).world.exports).toHaveLength(2);
    expect(exportedFunctions(decoded(built).world).map(({ id }) => id)).toEqual(['f']);
    const own = await functionsOf('package a:b; world w { export init: func(script: string) -> result<_, string>; }');
    expect(own.map(({ id }) => id)).toEqual(['init']);
  });
});

describe('resolveFunction', () => {
  const ids = [
    'greet',
    'demo:text/tools@0.1.0#process-text',
    'demo:text/tools@0.2.0#process-text',
    'demo:text/tools@0.2.0#count',
  ];
  const functions = ids.map((id) => ({ id }));

  it.each([
    ['greet', 'greet'],
    ['demo:text/tools@0.1.0#process-text', 'demo:text/tools@0.1.0#process-text'],
    ['demo:text/tools#count', 'demo:text/tools@0.2.0#count'],
    ['tools#count', 'demo:text/tools@0.2.0#count'],
    ['count', 'demo:text/tools@0.2.0#count'],
  ])('takes %s for %s', (requested, id) => {
    expect(resolveFunction(functions, requested)).toEqual({ ok: true, value: { id } });
  });

  it.each(['demo:text/tools#process-text', 'tools#process-text', 'process-text'])('calls %s ambiguous', (requested) => {
    expect(resolveFunction(functions, requested)).toMatchObject({ ok: false, error: { ambiguous: [ids[1], ids[2]] } });
  });

  it.each([
    ['great', ['greet']],
    ['tools#process_text', [ids[1], ids[2]]],
    ['', []],
    ['nothing-like-any-of-them', []],
    ['__proto__', []],
  ])('suggests for %j what is near', (requested, nearest) => {
    expect(resolveFunction(functions, requested)).toEqual({ ok: false, error: { nearest } });
  });
});
