/**
 * The pool shard: admits calls of one component, owns its isolate, gives each call its capabilities and a deadline,
 * and answers. Everything it needs is in the config that the supervisor pushed.
 */
import { DurableObject } from 'cloudflare:workers';
import { type Failure, failure } from '../../src/core/errors.ts';
import { type FactBody, isFailed } from '../../src/core/facts.ts';
import { MAX_BODY_BYTES_IN_FLIGHT } from '../../src/core/limits.ts';
import { type Bucket, fullBucket, take } from '../../src/core/token-bucket.ts';
import type { Settled } from '../../src/isolate/guest-error.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { callCapabilities } from './call-capabilities.ts';
import { checkCall, type Serving } from './check-call.ts';
import type { FunctionEntry, PoolAnswer, PoolCall, PoolContract, PoolGauges, ShardConfig } from './contract.ts';
import { Gate } from './gate.ts';
import { IsolateOwner } from './isolate-owner.ts';
import { Reporter } from './reporter.ts';
import { PoolStore } from './store.ts';

export class PoolShard extends DurableObject<Bindings> implements PoolContract {
  readonly #store: PoolStore;
  readonly #isolates: IsolateOwner;
  readonly #gate = new Gate();
  #reporter: Reporter | undefined;
  #config: ShardConfig | undefined;
  #bucket: Bucket | undefined;
  #bodyBytes = 0;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new PoolStore(openDatabase(ctx.storage));
    this.#isolates = new IsolateOwner(env, ctx.id.toString());
    this.#adopt(this.#store.config());
  }

  async configure(config: ShardConfig): Promise<void> {
    if (this.#store.replace(config)) this.#adopt(config);
  }

  async gauges(): Promise<PoolGauges> {
    return this.#gate.load;
  }

  async drain(timeoutMs: number): Promise<boolean> {
    return this.#gate.drained(timeoutMs);
  }

  async call(call: PoolCall): Promise<PoolAnswer> {
    const checked = checkCall(this.#config, call);
    if (!checked.ok) return this.#refuse(checked.error);
    const { config } = checked.value;
    const limited = this.#limitRate(config) ?? this.#limitBytes(call);
    if (limited !== undefined) return this.#refuse(limited);

    const arrived = performance.now();
    this.#bodyBytes += call.body.byteLength;
    try {
      const entry = await this.#gate.enter(config.timeoutMs);
      if (entry !== 'entered') return this.#refuse(busy(entry));
      try {
        // The config may have changed while the call waited: it runs under what holds now, or not at all.
        const current = this.#config === config ? checked : checkCall(this.#config, call);
        if (!current.ok) return this.#refuse(current.error);
        return await this.#run(current.value.config, current.value.target, call, performance.now() - arrived);
      } finally {
        this.#gate.leave();
      }
    } finally {
      this.#bodyBytes -= call.body.byteLength;
    }
  }

  async #run(config: Serving, target: FunctionEntry, call: PoolCall, queuedMs: number): Promise<PoolAnswer> {
    const entered = performance.now();
    const { component, version, environment, timeoutMs, fuel, responseBytes: maxResponseBytes } = config;
    const instance = crypto.randomUUID();
    const { capabilities, end } = callCapabilities({ component, version, instance, request: call.request });
    const request = { function: target.id, body: call.body, instance, environment, timeoutMs, fuel, maxResponseBytes };
    const settled = await this.#isolates.run(config, request, capabilities);
    end();
    const callMs = performance.now() - entered;
    this.#record(config, target, call, instance, callMs, settled);
    return { version, instance, queuedMs, callMs, answer: settled.answer };
  }

  #adopt(config: ShardConfig | undefined): void {
    this.#config = config;
    if (config?.state !== 'serving') return;
    this.#gate.resize(config);
    if (this.#reporter?.incarnation === config.incarnation) return;
    this.#reporter = new Reporter(
      { shard: 0, incarnation: config.incarnation },
      (report) => supervisor(this.env, config.component).report(report),
      (work) => this.ctx.waitUntil(work),
    );
  }

  #limitRate({ rate }: Serving): Failure | undefined {
    if (rate === undefined) return undefined;
    const now = Date.now();
    const { bucket, allowed, retryAfterSeconds } = take(this.#bucket ?? fullBucket(rate, now), rate, now);
    this.#bucket = bucket;
    if (allowed) return undefined;
    const message = `this component takes ${rate.perSecond} calls a second: slow down`;
    return { ...failure('RATE_LIMITED', message), retryAfterSeconds };
  }

  /** Calls are counted by the gate; what they bring is counted here, since it is held until they end. */
  #limitBytes({ body }: PoolCall): Failure | undefined {
    if (this.#bodyBytes + body.byteLength <= MAX_BODY_BYTES_IN_FLIGHT) return undefined;
    return {
      ...failure('RESOURCE_EXHAUSTED', 'the component has too much to read: try again later'),
      retryAfterSeconds: 1,
    };
  }

  #refuse(reason: Failure): PoolAnswer {
    const answer = { kind: 'failure', failure: reason } as const;
    return this.#config?.state === 'serving' ? { version: this.#config.version, answer } : { answer };
  }

  #record(
    { version }: Serving,
    target: FunctionEntry,
    call: PoolCall,
    instance: string,
    callMs: number,
    { outcome, fuel }: Settled,
  ): void {
    const common = { version, instance, request: call.request };
    const durationMs = Math.round(callMs * 1_000) / 1_000;
    const facts: FactBody[] = [{ type: 'FunctionCalled', ...common, function: target.id, durationMs, fuel, outcome }];
    if (outcome === 'trap' || outcome === 'out-of-memory') {
      facts.push({ type: 'InstanceCrashed', ...common, reason: outcome });
    }
    this.#reporter?.called(Date.now(), callMs, isFailed(outcome), facts);
  }
}

function busy(entry: 'refused' | 'expired'): Failure {
  const why = entry === 'refused' ? 'its queue is full' : 'no place became free in time';
  return { ...failure('RESOURCE_EXHAUSTED', `the component is busy, ${why}: try again later`), retryAfterSeconds: 1 };
}
