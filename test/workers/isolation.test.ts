/** What one call can see of another: nothing. And how a call ends that does not end well. */
import { describe, expect, it } from 'vitest';
import { call, freshName, upload } from '../support/gateway-client.ts';

describe('instances', () => {
  it('are fresh for every call, also when calls overlap', async () => {
    const name = freshName();
    await upload(name, 'counter');
    const answers = await Promise.all(Array.from({ length: 60 }, async () => (await call(name, 'count')).json()));
    expect(answers).toEqual(Array.from({ length: 60 }, () => ({ result: 2 })));
  });
});

describe('a call', () => {
  it.each([
    ['trap', 'boom', 502, 'COMPONENT_CRASHED'],
    ['loop', 'spin', 504, 'OUT_OF_FUEL'],
    ['recursion', 'dive', 502, 'COMPONENT_CRASHED'],
  ] as const)(
    'of %s ends with %s → %d %s, and the next one finds a healthy isolate',
    async (component, fn, status, code) => {
      const name = freshName();
      const neighbour = freshName();
      await Promise.all([upload(name, component), upload(neighbour, 'adder')]);
      for (let round = 0; round < 2; round += 1) {
        const ended = await call(name, fn);
        expect(await ended.json()).toMatchObject({ error_code: code });
        expect(ended.status).toBe(status);
        expect(ended.headers.get('x-skerry-error')).toBe(code);
        expect(await (await call(neighbour, 'add', { a: 1, b: 2 })).json()).toEqual({ result: 3 });
      }
    },
  );

  it('of an export named then settles', async () => {
    const name = freshName();
    await upload(name, 'thenExport');
    expect(await (await call(name, 'then')).json()).toEqual({ result: 7 });
  });
});
