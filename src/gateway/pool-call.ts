/** A call of a component for a client: forwarded to its shard, ended when the client goes away, told apart in the headers. */
import type { AnswerOrigin, PoolAnswer, PoolTask } from '../../durable/pool/contract.ts';
import { pool } from '../../durable/shared/bindings.ts';
import { mayInvoke } from './auth.ts';
import { untilClientGone } from './client-gone.ts';
import type { GatewayContext } from './context.ts';

/** The answer, when the call has come to its end; `abandon` ends it for a client that is gone. */
export interface PoolCalled {
  readonly answered: Promise<PoolAnswer>;
  abandon(): Promise<void>;
}

export function callPool(c: GatewayContext, component: string, task: PoolTask): PoolCalled {
  const { caller, requestId } = c.var;
  const shard = pool(c.env, component);
  const id = crypto.randomUUID();
  const called = shard.call({
    id,
    task,
    request: requestId,
    caller: { authenticated: caller.kind === 'token', invoke: mayInvoke(caller) },
  });
  const abandon = () => shard.abort(id, 'client-gone');
  return { answered: untilClientGone(c, called, abandon), abandon };
}

/** What every answer of the data plane says about the call behind it, as far as it is known. */
export function originHeaders(origin: Partial<AnswerOrigin>): Headers {
  const { version, instance, queuedMs = 0, callMs = 0 } = origin;
  const headers = new Headers();
  if (version !== undefined) headers.set('x-skerry-version', version);
  if (instance !== undefined) headers.set('x-skerry-instance', instance);
  headers.set('server-timing', `queue;dur=${queuedMs.toFixed(2)}, call;dur=${callMs.toFixed(2)}`);
  return headers;
}
