/**
 * The pool shard: admits calls of one component, owns its isolate, gives each call its capabilities and a deadline,
 * and answers. Everything it needs is in the config that the supervisor pushed.
 */
import { DurableObject } from 'cloudflare:workers';
import { artifactKey } from '../../src/build/keys.ts';
import { resolveFunction } from '../../src/component/functions.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { type FactBody, isFailed } from '../../src/core/facts.ts';
import { type Bucket, fullBucket, take } from '../../src/core/token-bucket.ts';
import { type Settled, settle, settleLost } from '../../src/isolate/guest-error.ts';
import { loadIsolate } from '../../src/isolate/loader.ts';
import type { IsolateEntrypoint } from '../../src/isolate/protocol.ts';
import { type Bindings, build, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { CallCapabilitiesTarget } from './call-capabilities.ts';
import type { FunctionEntry, PoolAnswer, PoolCall, PoolContract, PoolGauges, ShardConfig } from './contract.ts';
import { Gate } from './gate.ts';
import { Reporter } from './reporter.ts';
import { PoolStore } from './store.ts';

type Serving = Extract<ShardConfig, { state: 'serving' }>;

/** Added to a call's own deadline before the shard gives up on the isolate itself, in milliseconds. */
const ISOLATE_GRACE_MS = 2_000;

export class PoolShard extends DurableObject<Bindings> implements PoolContract {
  readonly #store: PoolStore;
  readonly #gate = new Gate();
  readonly #reporter: Reporter;
  #config: ShardConfig | undefined;
  #bucket: Bucket | undefined;
  #isolate: { readonly key: string; readonly entrypoint: IsolateEntrypoint } | undefined;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new PoolStore(openDatabase(ctx.storage));
    this.#config = this.#store.config();
    this.#reporter = new Reporter(
      async (report) => {
        if (this.#config !== undefined) await supervisor(env, this.#config.component).report(report);
      },
      (work) => ctx.waitUntil(work),
    );
  }

  async configure(config: ShardConfig): Promise<void> {
    if (this.#store.replace(config)) this.#config = config;
  }

  async gauges(): Promise<PoolGauges> {
    return this.#gate.load;
  }

  async drain(timeoutMs: number): Promise<boolean> {
    return this.#gate.drained(timeoutMs);
  }

  async call(call: PoolCall): Promise<PoolAnswer> {
    const config = this.#config;
    if (config === undefined || config.state === 'removed') return refuse(notFound());
    const { version } = config;
    const checked = check(config, call);
    if (!checked.ok) return { version, ...refuse(checked.failure) };

    const limited = this.#limitRate(config);
    if (limited !== undefined) return { version, ...refuse(limited) };

    const arrived = performance.now();
    const entry = await this.#gate.enter(config, config.timeoutMs);
    if (entry !== 'entered') return { version, ...refuse(busy(entry)) };
    const entered = performance.now();
    const instance = crypto.randomUUID();
    try {
      const settled = await this.#run(config, checked.function, call, instance);
      const callMs = performance.now() - entered;
      this.#record(config, checked.function, call, instance, callMs, settled);
      return { version, instance, queuedMs: entered - arrived, callMs, answer: settled.answer };
    } finally {
      this.#gate.leave(config);
    }
  }

  #limitRate({ rate }: Serving): Failure | undefined {
    if (rate === undefined) return undefined;
    const now = Date.now();
    const { bucket, allowed, retryAfterSeconds } = take(this.#bucket ?? fullBucket(rate, now), rate, now);
    this.#bucket = bucket;
    if (allowed) return undefined;
    return {
      ...failure('RATE_LIMITED', `this component takes ${rate.perSecond} calls a second: slow down`),
      retryAfterSeconds,
    };
  }

  async #run(config: Serving, target: FunctionEntry, call: PoolCall, instance: string): Promise<Settled> {
    const { timeoutMs } = config;
    const capabilities = new CallCapabilitiesTarget({
      component: config.component,
      version: config.version,
      instance,
      request: call.request,
    });
    const { promise: late, resolve } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => resolve({ kind: 'timeout', fuel: 0 }), timeoutMs + ISOLATE_GRACE_MS);
    try {
      const running = this.#entrypoint(config).call(
        {
          function: target.id,
          body: call.body,
          instance,
          environment: config.environment,
          timeoutMs,
          maxResponseBytes: config.responseBytes,
        },
        capabilities,
      );
      // If the deadline wins, nobody is left to hear how the isolate fails.
      running.catch(() => undefined);
      return settle(await Promise.race([running, late]), timeoutMs);
    } catch (error) {
      // The isolate threw or went away: the next call gets a new one.
      this.#isolate = undefined;
      return settleLost(error);
    } finally {
      clearTimeout(timer);
      capabilities.end();
    }
  }

  #entrypoint(config: Serving): IsolateEntrypoint {
    const key = `${config.digest}:${config.component}:${config.incarnation}:${this.ctx.id.toString()}`;
    if (this.#isolate?.key !== key) {
      const entrypoint = loadIsolate(this.env.LOADER, { digest: config.digest, owner: key }, () =>
        this.#artifact(config),
      );
      this.#isolate = { key, entrypoint };
    }
    return this.#isolate.entrypoint;
  }

  /** One read; a release with a newer builder finds nothing there yet and has it built from the source. */
  async #artifact({ digest }: Serving): Promise<ArrayBuffer> {
    const stored = await this.env.ARTIFACTS.get(artifactKey(digest));
    if (stored !== null) return stored.arrayBuffer();
    const rebuilt = await build(this.env, digest).ensure(digest);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const fresh = await this.env.ARTIFACTS.get(artifactKey(digest));
    if (fresh === null) throw new Error('the artifact of this version is gone');
    return fresh.arrayBuffer();
  }

  #record(
    config: Serving,
    target: FunctionEntry,
    call: PoolCall,
    instance: string,
    callMs: number,
    settled: Settled,
  ): void {
    const { version } = config;
    const { outcome, fuel } = settled;
    const common = { version, instance, request: call.request };
    const facts: FactBody[] = [
      {
        type: 'FunctionCalled',
        ...common,
        function: target.id,
        durationMs: Math.round(callMs * 1_000) / 1_000,
        fuel,
        outcome,
      },
    ];
    if (outcome === 'trap' || outcome === 'out-of-memory') {
      facts.push({ type: 'InstanceCrashed', ...common, reason: outcome });
    }
    this.#reporter.called(Date.now(), callMs, isFailed(outcome), facts);
  }
}

type Checked =
  | { readonly ok: true; readonly function: FunctionEntry }
  | { readonly ok: false; readonly failure: Failure };

/** Everything that can be refused without an isolate. */
function check(config: Serving, call: PoolCall): Checked {
  const refused = (reason: Failure): Checked => ({ ok: false, failure: reason });
  if (config.access === 'token' && !call.caller.invoke) {
    return refused(
      call.caller.authenticated
        ? failure('FORBIDDEN', 'this component needs a token with the scope invoke')
        : failure('UNAUTHENTICATED', 'this component needs a bearer token with the scope invoke'),
    );
  }
  if (call.body.byteLength > config.requestBytes) {
    return refused(
      failure('TOO_LARGE', `the arguments are larger than ${config.requestBytes} bytes: send less`, {
        maxBytes: String(config.requestBytes),
      }),
    );
  }
  const resolved = resolveFunction(config.functions, call.function);
  if (!resolved.ok) return refused(functionNotFound(config, call.function, resolved.error));
  const target = resolved.value;
  if (!target.callable) {
    return refused(
      failure(
        'INVALID_REQUEST',
        `${target.id} cannot be called over JSON: ${target.reason ?? 'its types have no JSON form'}`,
        {
          field: 'function',
          expected: 'a function whose values can be written in JSON',
        },
      ),
    );
  }
  return { ok: true, function: target };
}

function functionNotFound(
  { component }: Serving,
  requested: string,
  { nearest, ambiguous }: { readonly nearest: readonly string[]; readonly ambiguous?: readonly string[] },
): Failure {
  const shown = requested.slice(0, 200);
  if (ambiguous !== undefined && ambiguous.length > 0) {
    return failure('FUNCTION_NOT_FOUND', `${component} has several functions that ${shown} can mean: use a full name`, {
      nearest: ambiguous.join(', '),
    });
  }
  return failure(
    'FUNCTION_NOT_FOUND',
    `${component} has no function ${shown}: nearest are ${nearest.join(', ') || 'none'}`,
    {
      nearest: nearest.join(', '),
    },
  );
}

function notFound(): Failure {
  return failure('COMPONENT_NOT_FOUND', 'there is no component of this name: GET /v1/components lists them');
}

function busy(entry: 'refused' | 'expired'): Failure {
  const why = entry === 'refused' ? 'its queue is full' : 'no place became free in time';
  return { ...failure('RESOURCE_EXHAUSTED', `the component is busy, ${why}: try again later`), retryAfterSeconds: 1 };
}

function refuse(reason: Failure): PoolAnswer {
  return { answer: { kind: 'failure', failure: reason } };
}
