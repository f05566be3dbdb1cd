/**
 * The pool shard: admits calls of one component, owns its isolates, gives each call its capabilities and a deadline, ends
 * those that must end, and answers. Everything it needs is in the config that the supervisor pushed.
 */
import { DurableObject } from 'cloudflare:workers';
import { carrierOf } from '../../src/capability/carrier/index.ts';
import type { Environment } from '../../src/capability/config/contract.ts';
import type { ProviderRegistry } from '../../src/capability/registry.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { MAX_BODY_BYTES_IN_FLIGHT, MAX_QUEUE_WAIT_MS } from '../../src/core/limits.ts';
import { LOG_SEVERITIES, type LogSeverity } from '../../src/core/log-levels.ts';
import { err, type Result } from '../../src/core/result.ts';
import { type Bucket, fullBucket, take } from '../../src/core/token-bucket.ts';
import { clientGone } from '../../src/isolate/guest-error.ts';
import type { AbortReason } from '../../src/isolate/protocol.ts';
import { compileGrants, type Decide, NO_GRANTS, resourceOf } from '../../src/policy/index.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import type { TopicDelivery } from '../topic/contract.ts';
import type { AttemptEnd } from '../topic/transitions.ts';
import { callCapabilities } from './call-capabilities.ts';
import { CallCarrierOwner } from './call-carrier.ts';
import type { CallEnd } from './call-end.ts';
import { callFacts } from './call-facts.ts';
import { callRequest } from './call-request.ts';
import { CallUses } from './call-uses.ts';
import { broughtBytes, type CheckedCall, checkCall } from './check-call.ts';
import type {
  PoolAnswer,
  PoolCall,
  PoolContract,
  PoolGauges,
  PoolTask,
  ServingConfig,
  ShardConfig,
} from './contract.ts';
import { type Entry, Gate, type Place } from './gate.ts';
import { IsolateOwner, isolateName } from './isolate-owner.ts';
import { attemptEnd, deadLetterFact, messageCall } from './message-call.ts';
import { notAdmitted } from './not-admitted.ts';
import { OutputBudget } from './output-budget.ts';
import { providersOf } from './providers.ts';
import { Reporter } from './reporter.ts';
import { ReuseRecord } from './reuse-record.ts';
import { RunningCalls } from './running-calls.ts';
import { ShardEnvironment } from './shard-environment.ts';
import { SingleAnswer } from './single-answer.ts';
import { PoolStore } from './store.ts';

/** Without a config nothing is allowed. */
const DENY: Decide = () => ({ allowed: false, rule: 'nothing allows it' });

export class PoolShard extends DurableObject<Bindings> implements PoolContract {
  readonly #store: PoolStore;
  readonly #gate = new Gate();
  readonly #isolates: IsolateOwner;
  readonly #calls = new RunningCalls();
  readonly #reusesInstances: boolean;
  readonly #reuse: ReuseRecord;
  readonly #providers: ProviderRegistry;
  readonly #environment: ShardEnvironment;
  #reporter: Reporter | undefined;
  #config: ShardConfig | undefined;
  /** The grants of the config, compiled; nothing is allowed without one. */
  #decide: Decide = DENY;
  #bucket: Bucket | undefined;
  /** The lowest level that the grants allow to be logged. */
  #logLevel: LogSeverity | undefined;
  readonly #output = new OutputBudget();
  readonly #carriers = new Set<CallCarrierOwner>();
  #bodyBytes = 0;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new PoolStore(openDatabase(ctx.storage));
    this.#isolates = new IsolateOwner(env, ctx.id.toString(), this.#store, (name) => this.#gate.forget(name));
    this.#reusesInstances = env.INSTANCE_REUSE !== 'off';
    this.#reuse = new ReuseRecord(this.#reusesInstances);
    this.#environment = new ShardEnvironment(env.SECRETS_KEY);
    this.#providers = providersOf(env, {
      linked: (name) => this.#linked(name),
      environment: () => this.#visible(),
    });
    this.#adopt(this.#store.config());
  }

  async configure(config: ShardConfig): Promise<void> {
    if (this.#store.replace(config)) this.#adopt(config);
    // What carriers may do without asking was decided by other grants.
    await Promise.all([...this.#carriers].map((carrier) => carrier.callBack()));
  }

  async gauges(): Promise<PoolGauges> {
    const { load, warm, pages } = this.#gate;
    return { ...load, warm, pages, reuse: this.#reuse.versions };
  }

  async abort(id: string, reason: AbortReason): Promise<void> {
    this.#calls.abort(id, reason);
  }

  async drain(timeoutMs: number): Promise<boolean> {
    return this.#gate.drained(timeoutMs);
  }

  async call(call: PoolCall): Promise<PoolAnswer> {
    const checked = this.#check(call);
    if (!checked.ok) return this.#refuse(checked.error);
    const { config, target } = checked.value;
    const bytes = heldBytes(call.task);
    const limited = this.#limitRate(config) ?? this.#limitBytes(bytes);
    if (limited !== undefined) return this.#refuse(limited);

    const arrived = performance.now();
    const end = this.#calls.add(call.id);
    this.#bodyBytes += bytes;
    try {
      const entrant = { version: isolateName(config), function: target, startPages: config.startPages };
      const place = await this.#gate.enter(entrant, waitMs(config, call), end);
      if (typeof place === 'string') {
        // Not a matter of load: the component fails every call, and its counters must show it.
        if (place === 'impossible') this.#reporter?.called(Date.now(), 0, 'out-of-memory', []);
        return this.#refuse(this.#whyNot(place, call, end));
      }
      // The config may have changed while the call waited: it runs under what holds now, or not at all.
      const current = this.#config === config ? checked : this.#check(call, true);
      if (current.ok && end.reason === undefined) {
        return await this.#run(current.value, call, place, end, performance.now() - arrived);
      }
      place.leave();
      place.release();
      return this.#refuse(current.ok ? this.#whyNot('left', call, end) : current.error);
    } finally {
      this.#bodyBytes -= bytes;
      this.#calls.remove(call.id, end);
    }
  }

  async message(delivery: TopicDelivery): Promise<AttemptEnd> {
    const call = messageCall(delivery);
    // An attempt that its topic has not heard of again: two at a time would break the order.
    this.#calls.abort(call.id, 'killed');
    const answer = await this.call(call);
    const end = attemptEnd(answer);
    if (end.kind === 'failed' && delivery.isLast) {
      this.#reporter?.tell(Date.now(), deadLetterFact(delivery, answer.version ?? '', end.reason));
    }
    return end;
  }

  async #run(checked: CheckedCall, call: PoolCall, place: Place, end: CallEnd, queuedMs: number): Promise<PoolAnswer> {
    const entered = performance.now();
    const { config, target } = checked;
    const { component, version } = config;
    const instance = crypto.randomUUID();
    const caller = { component, version, instance, request: call.request };
    const timeoutMs = Math.min(
      config.timeoutMs,
      Math.max(1, (call.nested?.remainingMs ?? Number.POSITIVE_INFINITY) - queuedMs),
    );
    const uses = new CallUses({
      caller,
      providers: this.#providers,
      replyTo: call.replyTo,
      decide: (request) => this.#decide(request),
      grants: () => (this.#config === undefined || this.#config.state === 'removed' ? NO_GRANTS : this.#config.grants),
      maxUses: config.capabilityUses,
      maxSubrequests: config.subrequests,
      life: {
        chain: [...(call.nested?.chain ?? []), component],
        hops: call.hops ?? 0,
        remainingMs: () => entered + timeoutMs - performance.now(),
      },
      tell: (fact) => this.#reporter?.tell(Date.now(), fact),
    });
    const sink = 'sink' in call.task ? call.task.sink : undefined;
    const answers = new SingleAnswer(sink, () => {
      return { version, instance, queuedMs, callMs: performance.now() - entered, maxBodyBytes: config.responseBytes };
    });
    const carrier = new CallCarrierOwner(carrierOf(this.ctx), uses, component, this.#carriers);
    const { capabilities, close } = callCapabilities(caller, uses, carrier, end, answers, this.#output);
    let finished: Promise<void> | undefined;
    try {
      const environment = await this.#visible();
      const shape = { instance, environment, reuse: this.#reusesInstances, logLevel: this.#logLevel };
      const request = { ...callRequest(checked, call.task, shape), timeoutMs };
      const { settled, done } = await this.#isolates.run(config, request, { capabilities, answers, end });
      place.leave();
      const { answer, outcome } = settled;
      const callMs = performance.now() - entered;
      const common = { version, instance, request: call.request, function: target, callMs, outcome };
      const reporter = this.#reporter;
      // At once, but for a call that was ended from outside: its isolate may have to say how much it used, and what it wrote.
      finished = done.then(async ({ report, fuel }) => {
        const counted = close();
        place.release(report.held);
        this.#reuse.add(version, report);
        await counted;
        reporter?.called(Date.now(), callMs, outcome, callFacts({ ...common, fuel, subrequests: uses.subrequests }));
      });
      if (end.reason === undefined) await finished;
      else this.ctx.waitUntil(finished);
      // Nothing is sent in the name of a call that was answered for.
      await carrier.close();
      return { version, instance, queuedMs, callMs, answer };
    } finally {
      // Whatever went wrong: a place that is not given back is gone for good.
      place.leave();
      if (finished === undefined) {
        close();
        place.release();
      }
    }
  }

  #visible(): Promise<Environment> {
    return this.#environment.visible((request) => this.#decide(request));
  }

  #adopt(config: ShardConfig | undefined): void {
    const before = this.#config;
    this.#config = config;
    this.#decide = config?.state === undefined || config.state === 'removed' ? DENY : compileGrants(config.grants);
    this.#logLevel = LOG_SEVERITIES.find((level) => this.#decide({ capability: 'logging', level }).allowed);
    this.#environment.adopt(config);
    if (config === undefined) return;
    if (config.state === 'removed' || config.state === 'stopped') this.ctx.waitUntil(this.#providers.shutDown());
    if (config.state === 'removed') this.#gate.close();
    else this.#serve(config, before);
    if (config.state === 'stopped') this.#calls.killIn(0);
    else if (config.drainMs !== undefined) this.#calls.killIn(config.drainMs);
  }

  #serve(config: ServingConfig, before: ShardConfig | undefined): void {
    const version = isolateName(config);
    if (before === undefined || before.state === 'removed' || isolateName(before) !== version) {
      this.#gate.moveTo({ version, startPages: config.startPages });
      this.#reuse.clear();
    }
    this.#gate.resize(config);
    if (this.#reporter?.incarnation === config.incarnation) return;
    this.#reporter = new Reporter(
      { shard: 0, incarnation: config.incarnation },
      (report) => supervisor(this.env, config.component).report(report),
      (work) => this.ctx.waitUntil(work),
    );
  }

  /** What holds for a call at this moment; `accepted`: it was let in before. */
  #check(call: PoolCall, accepted = false): Result<CheckedCall, Failure> {
    const checked = checkCall(this.#config, call, accepted);
    if (!checked.ok || call.needs === undefined) return checked;
    const decision = this.#decide(call.needs);
    if (decision.allowed) return checked;
    const { version } = checked.value.config;
    const denial = { ...resourceOf(call.needs), rule: decision.rule };
    this.#reporter?.tell(Date.now(), { type: 'CapabilityDenied', version, request: call.request, ...denial });
    return err(failure('PERMISSION_DENIED', 'the grants of the component do not allow it', denial));
  }

  /** The component that provides an interface which this one imports. */
  #linked(interfaceName: string): string | undefined {
    const links = this.#config?.state === 'removed' ? undefined : this.#config?.links;
    return links !== undefined && Object.hasOwn(links, interfaceName) ? links[interfaceName] : undefined;
  }

  /** Why a call was not let in. */
  #whyNot(entry: Exclude<Entry, Place>, call: PoolCall, end: CallEnd): Failure {
    if (end.reason === 'client-gone') return clientGone();
    const current = checkCall(this.#config, call);
    return current.ok ? notAdmitted(entry) : current.error;
  }

  #limitRate({ rate }: ServingConfig): Failure | undefined {
    if (rate === undefined) return undefined;
    const now = Date.now();
    const { bucket, allowed, retryAfterSeconds } = take(this.#bucket ?? fullBucket(rate, now), rate, now);
    this.#bucket = bucket;
    if (allowed) return undefined;
    const message = `this component takes ${rate.perSecond} calls a second: slow down`;
    return { ...failure('RATE_LIMITED', message), retryAfterSeconds };
  }

  /** Calls are counted by the gate; what they bring is counted here, since it is held until they end. */
  #limitBytes(bytes: number): Failure | undefined {
    if (this.#bodyBytes + bytes <= MAX_BODY_BYTES_IN_FLIGHT) return undefined;
    return {
      ...failure('RESOURCE_EXHAUSTED', 'the component has too much to read: try again later'),
      retryAfterSeconds: 1,
    };
  }

  #refuse(reason: Failure): PoolAnswer {
    const answer = { kind: 'failure', failure: reason } as const;
    return this.#config?.state === 'serving' ? { version: this.#config.version, answer } : { answer };
  }
}

/** Bytes of a call that the shard holds until it ends; what is streamed it does not. */
function heldBytes(task: PoolTask): number {
  return task.kind === 'http' ? 0 : broughtBytes(task);
}

/** How long a call may wait for a place, in milliseconds. */
function waitMs({ timeoutMs }: ServingConfig, { nested }: PoolCall): number {
  return Math.min(timeoutMs, MAX_QUEUE_WAIT_MS, nested?.remainingMs ?? Number.POSITIVE_INFINITY);
}
