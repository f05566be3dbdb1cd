/**
 * The supervisor object: one per component, the only writer of its state. Each change is check → pure transition →
 * one transaction (with what it owes to others in the outbox) → delivery; an alarm delivers what is left.
 */
import { DurableObject } from 'cloudflare:workers';
import type { CallableFunction } from '../../src/component/model.ts';
import { componentNotFound, type Failure } from '../../src/core/errors.ts';
import { addOutcomes, type Fact } from '../../src/core/facts.ts';
import { mergeHistograms } from '../../src/core/histogram.ts';
import { type LifecycleCommand, stateAfter } from '../../src/core/lifecycle.ts';
import { MAX_SHUTDOWN_MS } from '../../src/core/limits.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { type CapabilityName, DENY_ALL, type GrantRequest } from '../../src/policy/index.ts';
import type { TemplateCopy } from '../catalogue/contract.ts';
import type { PoolGauges, PoolReport } from '../pool/contract.ts';
import { type Bindings, build, pool } from '../shared/bindings.ts';
import type {
  CapabilityList,
  ComponentDescription,
  ComponentStatus,
  DeployReceipt,
  DeployRequest,
  PolicyView,
  SecretChange,
  SecretView,
  SupervisorContract,
} from './contract.ts';
import { Deploys } from './deploys.ts';
import { describeComponent, describeStatus } from './describe.ts';
import { GrantChanges } from './grant-changes.ts';
import { DRAIN_MARGIN_MS, Ledger } from './ledger.ts';
import { PolicyChanges } from './policy-changes.ts';
import type { PresentRecord } from './record.ts';
import { SecretChanges } from './secret-changes.ts';
import type { SupervisorStore } from './store.ts';
import { removed, stateChanged } from './transitions.ts';
import { presentRecord } from './version-check.ts';

export class Supervisor extends DurableObject<Bindings> implements SupervisorContract {
  readonly #ledger: Ledger;
  readonly #store: SupervisorStore;
  readonly #deploys: Deploys;
  readonly #policies: PolicyChanges;
  readonly #grants: GrantChanges;
  readonly #secrets: SecretChanges;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#ledger = new Ledger(ctx, env);
    this.#store = this.#ledger.store;
    this.#deploys = new Deploys(this.#ledger, env);
    this.#policies = new PolicyChanges(this.#ledger, env);
    this.#grants = new GrantChanges(this.#ledger);
    this.#secrets = new SecretChanges(this.#ledger, env.SECRETS_KEY);
  }

  deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    return this.#deploys.deploy(request);
  }

  async describe(): Promise<Result<ComponentDescription, Failure>> {
    const present = this.#ledger.present();
    if (!present.ok) return present;
    const { record, active } = present.value;
    return ok(
      describeComponent(record, this.#store.versions(), active, await this.#ledger.policyInForce(record.policy)),
    );
  }

  async status(): Promise<Result<ComponentStatus, Failure>> {
    const record = presentRecord(this.#store.record());
    if (!record.ok) return record;
    const gauges = await this.#gauges(record.value.name);
    return ok(describeStatus(record.value, this.#store.counters(), gauges, Date.now()));
  }

  /** Undefined when the shard is out of reach: a status is wanted most of all then. */
  async #gauges(component: string): Promise<PoolGauges | undefined> {
    try {
      return await pool(this.env, component).gauges();
    } catch (error) {
      console.warn({ message: 'a shard could not be asked for its gauges', error: String(error) });
      return undefined;
    }
  }

  async start(): Promise<Result<ComponentStatus, Failure>> {
    const started = await this.#command('start');
    return started.ok ? this.status() : started;
  }

  async drain(): Promise<Result<ComponentStatus, Failure>> {
    const draining = await this.#command('drain');
    return draining.ok ? this.status() : draining;
  }

  async stop({ timeoutMs }: { readonly timeoutMs?: number }): Promise<Result<ComponentStatus, Failure>> {
    const stopping = await this.#command('stop', timeoutMs);
    if (!stopping.ok) return stopping;
    if (stopping.value.heard) {
      // Not as one change: a long drain would hold up all others.
      await this.#drained();
      await this.#ledger.changes.run(async () => this.#finishStop());
    }
    return this.status();
  }

  async events(page: PageRequest): Promise<Result<Page<Fact>, Failure>> {
    const record = presentRecord(this.#store.record());
    return record.ok ? ok(this.#store.facts(record.value.name, page)) : record;
  }

  policy(): Promise<Result<PolicyView, Failure>> {
    return this.#policies.show();
  }

  setPolicy(text: string): Promise<Result<PolicyView, Failure>> {
    return this.#policies.set(text);
  }

  deletePolicy(): Promise<Result<PolicyView, Failure>> {
    return this.#policies.delete();
  }

  templateChanged(template: TemplateCopy): Promise<void> {
    return this.#policies.templateChanged(template);
  }

  capabilities(): Promise<Result<CapabilityList, Failure>> {
    return this.#grants.list();
  }

  grant(request: GrantRequest): Promise<Result<CapabilityList, Failure>> {
    return this.#grants.grant(request);
  }

  revoke(capability: CapabilityName): Promise<Result<CapabilityList, Failure>> {
    return this.#grants.revoke(capability);
  }

  resetCapabilities(): Promise<Result<CapabilityList, Failure>> {
    return this.#grants.reset();
  }

  secrets(): Promise<Result<readonly SecretView[], Failure>> {
    return this.#secrets.list();
  }

  putSecret(key: string, value: string): Promise<SecretChange<SecretView>> {
    return this.#secrets.put(key, value);
  }

  deleteSecret(key: string): Promise<SecretChange<{ readonly key: string }>> {
    return this.#secrets.delete(key);
  }

  async remove({ purge }: { readonly purge: boolean }): Promise<Result<void, Failure>> {
    const done = await this.#ledger.changes.run(async () => {
      const record = this.#store.record();
      const stored = this.#store.versionKeys();
      if (record?.presence !== 'present') {
        if (record === undefined || !purge || stored.length === 0) return err(componentNotFound());
        this.#store.transaction(() => this.#ledger.purge(stored));
        await this.#ledger.flush();
        return ok(undefined);
      }
      const shutdownMs = await this.#shutdownMs(record);
      this.#ledger.commit(removed(record, Date.now() + shutdownMs), () => {
        this.#store.resetCounters();
        this.#store.deleteSecrets();
        if (purge) this.#ledger.purge(stored);
      });
      await this.#ledger.flush();
      return ok(undefined);
    });
    if (done.ok) await this.#drained();
    return done;
  }

  async report(report: PoolReport): Promise<void> {
    const { shard, run, sequence, incarnation, calls, failed, outcomes, durations, facts, droppedFacts } = report;
    const record = this.#store.record();
    if (record?.presence !== 'present' || record.incarnation !== incarnation) return;
    const taken = this.#store.transaction(() => {
      if (!this.#store.takeReport(shard, run, sequence)) return false;
      const counters = this.#store.counters();
      this.#store.saveCounters({
        total: counters.total + calls,
        failed: counters.failed + failed,
        outcomes: addOutcomes(counters.outcomes, outcomes),
        durations: mergeHistograms(counters.durations, durations),
      });
      for (const { time, body } of facts) this.#store.addFact(time, body);
      this.#store.trimFacts();
      return true;
    });
    if (taken && droppedFacts > 0)
      console.warn({ message: 'facts were dropped', component: record.name, droppedFacts });
    if (taken) await this.#ledger.countersChanged();
  }

  async refersTo(digest: string, reference: string): Promise<boolean> {
    return this.#store.versionKeys().some((key) => key.digest === digest && key.reference === reference);
  }

  /** Delivers what is owed, and refreshes the catalogue's counters. */
  override async alarm(): Promise<void> {
    if (!this.#store.isOpen()) return;
    await this.#ledger.ring();
    await this.#ledger.changes.run(async () => {
      const stopBy = this.#store.record()?.drainBy ?? Number.POSITIVE_INFINITY;
      if (stopBy <= Date.now() && this.#ledger.outbox.isEmpty()) this.#finishStop();
    });
  }

  /** One transition, told to the shards before the answer; `heard` is false when they could not be reached yet. */
  #command(command: LifecycleCommand, timeoutMs?: number): Promise<Result<{ readonly heard: boolean }, Failure>> {
    return this.#ledger.changes.run(async () => {
      const present = presentRecord(this.#store.record());
      if (!present.ok) return present;
      const record = present.value;
      const to = stateAfter(record.state, command);
      if (!to.ok) return to;
      const now = Date.now();
      if (to.value !== 'stopping') {
        if (to.value !== record.state) this.#ledger.commit(stateChanged(record, to.value, now));
      } else {
        const wanted = now + Math.min(timeoutMs ?? (await this.#shutdownMs(record)), MAX_SHUTDOWN_MS);
        // Asked again, it may be in more of a hurry, never in less.
        const drainBy = Math.min(wanted, record.drainBy ?? wanted);
        if (drainBy !== record.drainBy) this.#ledger.commit(stateChanged(record, 'stopping', now, drainBy));
      }
      return ok({ heard: await this.#ledger.tellShards() });
    });
  }

  /** From `stopping` to `stopped`. Shards have ended their calls by themselves, so nobody waits until they hear of it. */
  #finishStop(): void {
    const record = this.#store.record();
    if (record?.presence !== 'present' || record.state !== 'stopping') return;
    this.#ledger.commit(stateChanged(record, 'stopped', Date.now()));
    this.#ledger.flushLater();
  }

  /** Resolves when no call runs any more, at the latest some time after the shards end what still runs. */
  async #drained(): Promise<void> {
    const record = this.#store.record();
    if (record?.drainBy === undefined) return;
    const waitMs = Math.max(0, record.drainBy - Date.now()) + DRAIN_MARGIN_MS;
    await pool(this.env, record.name)
      .drain(waitMs)
      .catch((error: unknown) => {
        console.warn({ message: 'a shard could not be asked whether it is drained', error: String(error) });
      });
  }

  async #shutdownMs(record: PresentRecord): Promise<number> {
    const policy = await this.#ledger.policyInForce(record.policy);
    return Math.min((policy.ok ? policy.value.policy : DENY_ALL).supervision.shutdownMs, MAX_SHUTDOWN_MS);
  }

  async exportsOf(interfaceName: string): Promise<Result<readonly CallableFunction[], Failure>> {
    const present = this.#ledger.present();
    if (!present.ok) return present;
    const { digest } = present.value.active;
    const manifest = await build(this.env, digest).ensure(digest);
    if (!manifest.ok) return err(manifest.error);
    return ok(manifest.value.functions.filter((fn) => fn.interface === interfaceName && fn.callable));
  }
}
