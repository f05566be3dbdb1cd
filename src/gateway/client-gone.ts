/** Notices that a client went away before its answer, and says so to whoever works for it. */
import type { GatewayContext } from './context.ts';

/**
 * The answer of `work`. When the client goes away first, `abandon` is called once; what it does, and what `work` still
 * does, is finished although nobody waits for it.
 */
export function untilClientGone<T>(c: GatewayContext, work: Promise<T>, abandon: () => Promise<void>): Promise<T> {
  const { signal } = c.req.raw;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const onGone = () => resolve(abandon());
  // One that went away while its body was read tells nobody any more.
  if (signal.aborted) onGone();
  else signal.addEventListener('abort', onGone, { once: true });
  const stop = () => {
    signal.removeEventListener('abort', onGone);
    resolve();
  };
  work.then(stop, stop);
  // Without it the platform drops everything as soon as the client is gone, and `abandon` is never sent.
  c.executionCtx.waitUntil(over.catch(() => undefined));
  return work;
}
