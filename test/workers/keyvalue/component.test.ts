/** A real component and its buckets: what it sets, it gets, whatever happens to objects in between. */
import { evictAllDurableObjects } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { freshName } from '../../support/gateway-client.ts';
import { DENIED, keyvalueComponent, ok, take } from './steps.ts';

const ALL = 'access: [read, write, delete]';

describe('a component with a bucket', () => {
  it('gets what it has set, in this call and in the next', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(name, bucket, ['get', 'a'], ['set', 'a', 'Müsli'], ['get', 'a'], ['exists', 'a'])).toEqual([
      ok(),
      ok(),
      ok('Müsli'),
      ok(true),
    ]);
    expect(await take(name, bucket, ['get', 'a'], ['delete', 'a'], ['exists', 'a'])).toEqual([
      ok('Müsli'),
      ok(),
      ok(false),
    ]);
  });

  it('finds what was acknowledged after everything was evicted', async () => {
    const bucket = freshName('b');
    const name = await keyvalueComponent(`{bucket: ${bucket}, ${ALL}}`);
    expect(await take(name, bucket, ['set', 'a', '1'])).toEqual([ok()]);
    await evictAllDurableObjects();
    expect(await take(name, bucket, ['get', 'a'])).toEqual([ok('1')]);
  });

  it('cannot open a bucket that no rule names', async () => {
    const name = await keyvalueComponent(`{bucket: mine-*, ${ALL}}`);
    expect(await take(name, 'yours')).toEqual([DENIED]);
  });
});
