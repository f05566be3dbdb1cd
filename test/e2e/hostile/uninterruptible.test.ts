/** Guests that compute for ever where they cannot be interrupted: a capped amount of fuel ends them, long before their own. */
import { describe, expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../../support/edge-client.ts';
import { expectHealthy, fixture, LATENESS_MS, latenessOf, permit, specimen, timedCall } from '../../support/hostile.ts';

const client = clientOf(inject('edge'));

/** Far more than the capped grant takes, far less than the timeout. */
const AT_MOST_MS = 5_000;
/** Of a guest that can be interrupted after all. */
const TIMEOUT_MS = 200;
const TEXT = { text: 'some text' };

const LOOPS: readonly (readonly [fixture: string, args: unknown])[] = [
  ['loop-realloc', TEXT],
  ['loop-realloc-result', {}],
  ['loop-post-return', {}],
  ['loop-destructor', {}],
  ['loop-destructor-of-another', {}],
];

describe.each(LOOPS)('%s', (name, args) => {
  test('ends with a capped amount of fuel, whatever its policy grants', async () => {
    const loop = await specimen(client, name, { limits: { timeout: '20s', fuel: 1_000_000_000_000 } });
    const ended = await loop.bad(args);
    expect([ended.how, ended.answer.status]).toEqual(['OUT_OF_FUEL', 504]);
    expect(ended.ms).toBeLessThan(AT_MOST_MS);
    await expectHealthy(client, loop);
  });

  test('ends with less than that, where its policy grants less', async () => {
    const loop = await specimen(client, name, { limits: { fuel: 1_000_000 } });
    expect((await loop.bad(args)).how).toBe('OUT_OF_FUEL');
    await expectHealthy(client, loop);
  });
});

describe('a start function', () => {
  test('that never ends is refused when it is uploaded', async () => {
    const name = freshName('loop-start');
    const refused = errorOf(await client.upload(name, await fixture('loop-start')));
    expect(refused).toMatchObject({ status: 422, error_code: 'INVALID_COMPONENT', details: { stage: 'smoke' } });
    expect(refused.message).toMatch(/start function|fuel/);
    expect((await client.get(`/v1/components/${name}`)).status).toBe(404);
    expect((await client.call('adder', 'add', { a: 2, b: 40 })).text).toBe('{"result":42}');
  });

  test('that never ends once it runs for a call ends at its deadline or with its fuel, each time anew', async () => {
    const calm = { limits: { timeout: '20s' } };
    const wild = { limits: { timeout: `${TIMEOUT_MS}ms` }, environment: { LOOP: 'yes' } };
    const loop = await specimen(client, 'loop-start-by-environment', calm);
    const start = () => timedCall(client, loop.name, 'good', { x: 1 });

    await permit(client, loop.name, wild);
    expect(await latenessOf(start, TIMEOUT_MS)).toBeLessThan(LATENESS_MS);
    await permit(client, loop.name, calm);
    await expectHealthy(client, loop);

    await permit(client, loop.name, { ...wild, limits: { fuel: 20_000_000 } });
    const starved = await start();
    expect([starved.how, starved.answer.status]).toEqual(['OUT_OF_FUEL', 504]);
    await permit(client, loop.name, calm);
    await expectHealthy(client, loop);
  });
});
