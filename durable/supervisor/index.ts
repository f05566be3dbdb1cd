/**
 * The supervisor object: one per component, the only writer of its state. Each change is check → pure transition →
 * one transaction (with what it owes to others in the outbox) → delivery; an alarm delivers what is left.
 */
import { DurableObject } from 'cloudflare:workers';
import { toFailure } from '../../src/build/build-failure.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { componentNotFound, type Failure } from '../../src/core/errors.ts';
import { addOutcomes, type Fact } from '../../src/core/facts.ts';
import { mergeHistograms } from '../../src/core/histogram.ts';
import { type LifecycleCommand, stateAfter } from '../../src/core/lifecycle.ts';
import { MAX_SHUTDOWN_MS, MAX_VERSION_RECORD_CHARACTERS } from '../../src/core/limits.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import {
  type CapabilityName,
  DENY_ALL,
  type GrantRequest,
  grantsOf,
  POLICY_ALONE,
  type Policy,
  type RuntimeGrants,
} from '../../src/policy/index.ts';
import type { TemplateCopy } from '../catalogue/contract.ts';
import type { PoolGauges, PoolReport } from '../pool/contract.ts';
import { type Bindings, build, catalogue, pool, supervisor } from '../shared/bindings.ts';
import { type FoundLinks, findLinks, linkFailure } from './component-links.ts';
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
import { describeComponent, describeStatus, versionRecord } from './describe.ts';
import { GrantChanges } from './grant-changes.ts';
import { DRAIN_MARGIN_MS, Ledger } from './ledger.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { PolicyTexts, PresentRecord, VersionKey, VersionRecord } from './record.ts';
import { SecretChanges } from './secret-changes.ts';
import type { SupervisorStore } from './store.ts';
import {
  deployed,
  linkedTo,
  planDeploy,
  policyChanged,
  removed,
  stateChanged,
  surplusVersions,
} from './transitions.ts';
import { checkVersion, presentRecord } from './version-check.ts';

export class Supervisor extends DurableObject<Bindings> implements SupervisorContract {
  readonly #ledger: Ledger;
  readonly #store: SupervisorStore;
  readonly #grants: GrantChanges;
  readonly #secrets: SecretChanges;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#ledger = new Ledger(ctx, env);
    this.#store = this.#ledger.store;
    this.#grants = new GrantChanges(this.#ledger);
    this.#secrets = new SecretChanges(this.#ledger, env.SECRETS_KEY);
  }

  deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    return this.#ledger.changes.run(() => this.#deploy(request));
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

  async policy(): Promise<Result<PolicyView, Failure>> {
    const record = presentRecord(this.#store.record());
    if (!record.ok) return record;
    const policy = await this.#ledger.policyInForce(record.value.policy);
    return policy.ok ? ok(view(policy.value)) : policy;
  }

  setPolicy(text: string): Promise<Result<PolicyView, Failure>> {
    return this.#changeOwnPolicy((policy) => ({ ...policy, own: text }));
  }

  deletePolicy(): Promise<Result<PolicyView, Failure>> {
    return this.#changeOwnPolicy(({ own: _own, ...policy }) => policy);
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

  templateChanged(template: TemplateCopy): Promise<void> {
    return this.#ledger.changes.run(async () => {
      const record = this.#store.record();
      if (record?.presence !== 'present' || record.policy.template.number >= template.number) return;
      const texts = { ...record.policy, template };
      const [before, after] = await Promise.all([
        this.#ledger.policyInForce(record.policy),
        this.#ledger.policyInForce(texts),
      ]);
      // Its rules for what may be deployed hold from the next deploy on; what runs goes on running.
      const changes =
        after.ok &&
        !(before.ok && before.value.hash === after.value.hash && before.value.source === after.value.source);
      if (changes) this.#ledger.commit(policyChanged(record, texts, after.value));
      else this.#ledger.commit({ record: { ...record, policy: texts }, facts: [] });
      await this.#ledger.flush();
    });
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

  async #deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    const { name, digest } = request;
    const before = this.#store.record();
    const plan = planDeploy(before, this.#store.versionKeys(), request);
    if (!plan.ok) return plan;
    const current = before?.presence === 'present' ? before : undefined;
    const texts = await this.#policyTexts(current?.policy, request.policyText);
    const policy = await this.#ledger.policyInForce(texts);
    if (!policy.ok) return policy;

    const { kind, version: label } = plan.value;
    const known = kind === 'create' ? undefined : this.#store.version(label);
    const made = await this.#stored(request, label, known);
    if (!made.ok) return made;
    const version = made.value;
    const isNewReference = version.reference !== known?.reference;
    const found = await this.#findLinks(name, version, policy.value.policy, current?.runtime);
    const violation = linkFailure(found) ?? checkVersion(version, policy.value);
    if (violation !== undefined) {
      if (isNewReference) await this.#giveBack(name, version);
      return err(violation);
    }

    this.#store.open();
    const save = () => {
      if (!isNewReference) return;
      this.#store.saveVersion(version);
      this.#ledger.outbox.add(`build:${digest}`, { kind: 'confirm', digest, reference: version.reference });
      if (known !== undefined)
        this.#ledger.outbox.add(`build:${digest}`, { kind: 'release', digest, reference: known.reference });
      this.#ledger.giveUp(surplusVersions(this.#store.versionKeys(), version.version));
    };
    const created = kind === 'create';
    if (kind !== 'unchanged' || current === undefined) {
      const change = deployed(name, before, version, texts, created, Date.now());
      this.#ledger.commit(linkedTo(change, found.links), save);
    } else if (request.policyText !== undefined && request.policyText !== current.policy.own) {
      this.#ledger.commit(linkedTo(policyChanged(current, texts, policy.value), found.links), save);
    } else if (isNewReference) {
      this.#ledger.commit({ record: current, facts: [] }, save);
    }
    await this.#ledger.flush();
    const functions = version.functions.map((fn) => fn.name);
    return ok({
      created: created || current === undefined,
      name,
      version: version.version,
      digest,
      state: current?.state ?? 'running',
      functions,
    });
  }

  async #findLinks(
    name: string,
    { componentImports }: VersionRecord,
    policy: Policy,
    runtime: RuntimeGrants = POLICY_ALONE,
  ): Promise<FoundLinks> {
    return findLinks(name, componentImports, grantsOf(policy, runtime), async (component, interfaceName) => {
      const exported = await supervisor(this.env, component).exportsOf(interfaceName);
      return exported.ok ? ok(exported.value) : err(exported.error);
    });
  }

  async exportsOf(interfaceName: string): Promise<Result<readonly CallableFunction[], Failure>> {
    const present = this.#ledger.present();
    if (!present.ok) return present;
    const { digest } = present.value.active;
    const manifest = await build(this.env, digest).ensure(digest);
    if (!manifest.ok) return err(manifest.error);
    return ok(manifest.value.functions.filter((fn) => fn.interface === interfaceName && fn.callable));
  }

  /** The version with its bytes in place: a known one whose bytes were lost is stored anew from the upload. */
  async #stored(
    request: DeployRequest,
    label: string,
    known: VersionRecord | undefined,
  ): Promise<Result<VersionRecord, Failure>> {
    const { name: component, digest, stagingKey, source } = request;
    if (known !== undefined && (await build(this.env, digest).ensure(digest)).ok) return ok(known);
    const reference = crypto.randomUUID();
    const built = await build(this.env, digest).acquire({ digest, component, reference, stagingKey });
    if (!built.ok) return built;
    const version = versionRecord(built.value, {
      version: label,
      reference,
      source,
      now: known?.createdAt ?? Date.now(),
    });
    if (JSON.stringify(version).length <= MAX_VERSION_RECORD_CHARACTERS) return ok(version);
    await this.#giveBack(component, version);
    return err(
      toFailure({ stage: 'world', reason: 'its functions and their types are too many to be kept: export fewer' }),
    );
  }

  #giveBack(component: string, { digest, reference }: VersionKey): Promise<void> {
    return build(this.env, digest).release(digest, { component, reference });
  }

  /** The texts a deploy runs under: a policy that came along replaces the own one; the template is the newest. */
  async #policyTexts(current: PolicyTexts | undefined, own: string | undefined): Promise<PolicyTexts> {
    const newest = await catalogue(this.env).defaultTemplate();
    const template = current !== undefined && current.template.number > newest.number ? current.template : newest;
    const kept = own ?? current?.own;
    return kept === undefined ? { template } : { own: kept, template };
  }

  #changeOwnPolicy(change: (texts: PolicyTexts) => PolicyTexts): Promise<Result<PolicyView, Failure>> {
    return this.#ledger.changes.run(async () => {
      const present = this.#ledger.present();
      if (!present.ok) return present;
      const { record, active } = present.value;
      const texts = change(record.policy);
      const policy = await this.#ledger.policyInForce(texts);
      if (!policy.ok) return policy;
      const violation = checkVersion(active, policy.value);
      if (violation !== undefined) return err(violation);
      // What the policy does not bind any more keeps its link: its calls are denied, and say so.
      const { links } = await this.#findLinks(record.name, active, policy.value.policy, record.runtime);
      this.#ledger.commit(linkedTo(policyChanged(record, texts, policy.value), { ...record.links, ...links }));
      await this.#ledger.flush();
      return ok(view(policy.value));
    });
  }
}

function view({ policy: { ignored }, source, hash, text }: PolicyInForce): PolicyView {
  return { source, hash, ignored, ...(text === undefined ? {} : { text }) };
}
