/** A client that goes away is noticed once, whenever it went. */
import { expect, it } from 'vitest';
import { untilClientGone } from '../../../src/gateway/client-gone.ts';
import type { GatewayContext } from '../../../src/gateway/context.ts';

/** A request whose client goes away when `leave` is called; `abandoned` counts what was said of it. */
function client() {
  const leaving = new AbortController();
  const kept: Promise<unknown>[] = [];
  const c = {
    req: { raw: new Request('https://skerry.test/', { signal: leaving.signal }) },
    executionCtx: { waitUntil: (work: Promise<unknown>) => void kept.push(work) },
  } as unknown as GatewayContext; // only what is used of it
  const seen = { abandoned: 0 };
  const abandon = async () => {
    seen.abandoned += 1;
  };
  return { c, abandon, seen, kept, leave: () => leaving.abort() };
}

it('says so at once when the client is gone before the work begins', async () => {
  const { c, abandon, seen, kept, leave } = client();
  leave();
  expect(await untilClientGone(c, Promise.resolve(7), abandon)).toBe(7);
  await Promise.all(kept);
  expect(seen.abandoned).toBe(1);
});

it('says so when it goes away meanwhile, and not after the answer', async () => {
  for (const during of [true, false]) {
    const { c, abandon, seen, kept, leave } = client();
    const { promise, resolve } = Promise.withResolvers<number>();
    const answer = untilClientGone(c, promise, abandon);
    if (during) leave();
    resolve(7);
    expect(await answer).toBe(7);
    await Promise.all(kept);
    leave();
    expect(seen.abandoned).toBe(during ? 1 : 0);
  }
});
