/**
 * The supervisor object: one per component, the only writer of its state. Each change is check → pure transition →
 * one transaction (with what it owes to others in the outbox) → delivery; an alarm delivers what is left.
 */
import { DurableObject } from 'cloudflare:workers';
import { toFailure } from '../../src/build/build-failure.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import type { Fact } from '../../src/core/facts.ts';
import { mergeHistograms } from '../../src/core/histogram.ts';
import { MAX_VERSION_RECORD_CHARACTERS } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { checkComponent, DEFAULT_TEMPLATE, DENY_ALL, readTemplate, violationFailure } from '../../src/policy/index.ts';
import type { PoolReport } from '../pool/contract.ts';
import { type Bindings, build, catalogue, pool } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { directory } from '../shared/directory-client.ts';
import { Mutex } from '../shared/mutex.ts';
import { Outbox } from '../shared/outbox.ts';
import type {
  ComponentDescription,
  ComponentStatus,
  DeployReceipt,
  DeployRequest,
  Page,
  PageRequest,
  PolicyView,
  SupervisorContract,
  TemplatePush,
} from './contract.ts';
import { describeComponent, describeStatus, versionRecord } from './describe.ts';
import { maximaOf, type PolicyInForce, policyInForce } from './policy-in-force.ts';
import type { PolicyTexts, PresentRecord, SupervisorMessage, VersionRecord } from './record.ts';
import { shardConfig } from './shard-config.ts';
import { SupervisorStore } from './store.ts';
import { type Change, deployed, planDeploy, policyChanged, removed, surplusVersions } from './transitions.ts';

/** Time between the first change of the counters and the catalogue's copy of them, in milliseconds. */
const CATALOGUE_COUNTERS_MS = 5_000;

export class Supervisor extends DurableObject<Bindings> implements SupervisorContract {
  readonly #store: SupervisorStore;
  readonly #outbox: Outbox<SupervisorMessage>;
  readonly #changes = new Mutex();

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    const db = openDatabase(ctx.storage);
    this.#store = new SupervisorStore(db);
    this.#outbox = new Outbox<SupervisorMessage>(db, (message) => this.#deliver(message));
  }

  deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    return this.#changes.run(() => this.#deploy(request));
  }

  async describe(): Promise<Result<ComponentDescription, Failure>> {
    const present = this.#present();
    if (!present.ok) return present;
    const { record, active } = present.value;
    const policy = await this.#policyInForce(record.policy);
    if (!policy.ok) return policy;
    return ok(describeComponent(record, this.#store.versions(), active, policy.value));
  }

  async status(): Promise<Result<ComponentStatus, Failure>> {
    const present = this.#present();
    if (!present.ok) return present;
    const gauges = await pool(this.env, present.value.record.name).gauges();
    return ok(describeStatus(present.value.record, this.#store.counters(), gauges, Date.now()));
  }

  async events(page: PageRequest): Promise<Result<Page<Fact>, Failure>> {
    const present = this.#present();
    return present.ok ? ok(this.#store.facts(present.value.record.name, page)) : present;
  }

  async policy(): Promise<Result<PolicyView, Failure>> {
    const present = this.#present();
    if (!present.ok) return present;
    const policy = await this.#policyInForce(present.value.record.policy);
    return policy.ok ? ok(view(policy.value)) : policy;
  }

  setPolicy(text: string): Promise<Result<PolicyView, Failure>> {
    return this.#changePolicy((policy) => ({ ...policy, own: text }));
  }

  deletePolicy(): Promise<Result<PolicyView, Failure>> {
    return this.#changePolicy(({ own: _own, ...policy }) => policy);
  }

  async templateChanged({ name, text }: TemplatePush): Promise<void> {
    const record = this.#store.record();
    if (name !== DEFAULT_TEMPLATE || record?.presence !== 'present') return;
    const changed = await this.#changePolicy(({ template: _template, ...policy }) =>
      text === null ? policy : { ...policy, template: { name, text } },
    );
    if (!changed.ok)
      console.warn({ message: 'a template change was refused', component: record.name, reason: changed.error });
  }

  remove({ purge }: { readonly purge: boolean }): Promise<Result<void, Failure>> {
    return this.#changes.run(async () => {
      const record = this.#store.record();
      const stored = this.#store.versions();
      if (record?.presence !== 'present') {
        if (record === undefined || !purge || stored.length === 0) return err(notFound());
        this.#store.transaction(() => this.#giveUp(stored));
        await this.#flush();
        return ok(undefined);
      }
      const present = this.#present();
      const policy = present.ok ? await this.#policyInForce(record.policy) : undefined;
      this.#commit(removed(record), () => {
        this.#store.resetCounters();
        if (purge) this.#giveUp(stored);
      });
      await this.#flush();
      const { shutdownMs } = (policy?.ok === true ? policy.value.policy : DENY_ALL).supervision;
      await pool(this.env, record.name).drain(shutdownMs);
      return ok(undefined);
    });
  }

  async report({ calls, failed, durations, facts }: PoolReport): Promise<void> {
    if (this.#store.record()?.presence !== 'present') return;
    this.#store.transaction(() => {
      const counters = this.#store.counters();
      this.#store.saveCounters({
        total: counters.total + calls,
        failed: counters.failed + failed,
        durations: mergeHistograms(counters.durations, durations),
      });
      for (const { time, body } of facts) this.#store.addFact(time, body);
      this.#store.trimFacts();
    });
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + CATALOGUE_COUNTERS_MS);
  }

  async refersTo(digest: string): Promise<boolean> {
    return this.#store.versions().some((version) => version.digest === digest);
  }

  /** Delivers what is owed; also what refreshes the catalogue's counters. */
  override async alarm(): Promise<void> {
    if (!this.#store.isOpen()) return;
    if (this.#outbox.isEmpty()) this.#outbox.add('catalogue', { kind: 'catalogue' });
    await this.#flush();
  }

  async #deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    const { name, digest } = request;
    const before = this.#store.record();
    const plan = planDeploy(before, this.#store.versions(), request);
    if (!plan.ok) return plan;
    const texts = await this.#policyTexts(before?.presence === 'present' ? before.policy : {}, request.policyText);
    const policy = await this.#policyInForce(texts);
    if (!policy.ok) return policy;

    const known = plan.value.kind === 'create' ? undefined : this.#activeOrNamed(before, plan.value);
    const version =
      known ?? (await this.#buildVersion(request, plan.value.kind === 'create' ? plan.value.version : ''));
    if ('code' in version) return err(version);
    const violation = checkVersion(version, policy.value);
    if (violation !== undefined) {
      if (known === undefined && !(await this.refersTo(digest))) await build(this.env, digest).release(digest, name);
      return err(violation);
    }

    this.#store.open();
    const changesPolicy = request.policyText !== undefined && request.policyText !== policyTextOf(before);
    if (plan.value.kind !== 'unchanged') {
      const created = plan.value.kind === 'create';
      this.#commit(deployed(name, before, version, texts, created, Date.now()), () => {
        if (created) this.#store.saveVersion(version);
        this.#outbox.add(`build:${digest}`, { kind: 'confirm', digest });
        this.#giveUp(this.#surplus(version.version));
      });
    } else if (changesPolicy && before?.presence === 'present') {
      this.#commit(policyChanged(before, texts, policy.value));
    }
    await this.#flush();
    return ok({
      created: plan.value.kind !== 'unchanged' && (plan.value.kind === 'create' || before?.presence !== 'present'),
      name,
      version: version.version,
      digest,
      state: 'running',
      functions: version.functions.map((fn) => fn.name),
    });
  }

  async #buildVersion(request: DeployRequest, label: string): Promise<VersionRecord | Failure> {
    const { name: component, digest, stagingKey, source } = request;
    const built = await build(this.env, digest).acquire({ digest, component, stagingKey });
    if (!built.ok) return built.error;
    const version = versionRecord(built.value, { version: label, source, now: Date.now() });
    if (JSON.stringify(version).length <= MAX_VERSION_RECORD_CHARACTERS) return version;
    if (!(await this.refersTo(digest))) await build(this.env, digest).release(digest, component);
    return toFailure({
      stage: 'world',
      reason: 'its functions and their types are too many to be kept: export fewer',
    });
  }

  #activeOrNamed(
    record: ReturnType<SupervisorStore['record']>,
    plan: { readonly kind: 'unchanged' } | { readonly kind: 'activate'; readonly version: string },
  ): VersionRecord | undefined {
    if (plan.kind === 'activate') return this.#store.version(plan.version);
    return record?.presence === 'present' ? this.#store.version(record.active) : undefined;
  }

  /** The texts a deploy runs under: a policy that came along replaces the own one; the template is read anew. */
  async #policyTexts(current: PolicyTexts, own: string | undefined): Promise<PolicyTexts> {
    const { template: _stale, ...kept } = current;
    const texts = own === undefined ? kept : { ...kept, own };
    const maxima = maximaOf(this.env.MAXIMA);
    if (!maxima.ok) return texts;
    const template = await readTemplate(this.env.POLICIES, DEFAULT_TEMPLATE, maxima.value);
    if (template.ok) return { ...texts, template: { name: DEFAULT_TEMPLATE, text: template.value.text } };
    // A template that no longer parses is kept as it is: whoever falls back to it is refused, not denied silently.
    if (template.error.kind === 'invalid')
      return { ...texts, template: { name: DEFAULT_TEMPLATE, text: template.error.text } };
    return texts;
  }

  async #policyInForce(texts: PolicyTexts): Promise<Result<PolicyInForce, Failure>> {
    const maxima = maximaOf(this.env.MAXIMA);
    return maxima.ok ? policyInForce(texts, maxima.value) : maxima;
  }

  #changePolicy(change: (texts: PolicyTexts) => PolicyTexts): Promise<Result<PolicyView, Failure>> {
    return this.#changes.run(async () => {
      const present = this.#present();
      if (!present.ok) return present;
      const { record, active } = present.value;
      const texts = change(record.policy);
      const policy = await this.#policyInForce(texts);
      if (!policy.ok) return policy;
      const violation = checkVersion(active, policy.value);
      if (violation !== undefined) return err(violation);
      this.#commit(policyChanged(record, texts, policy.value));
      await this.#flush();
      return ok(view(policy.value));
    });
  }

  /** One transaction: the record, its facts, and what shards, catalogue and directory must hear of it. */
  #commit({ record, facts }: Change, also: () => void = () => undefined): void {
    const now = Date.now();
    this.#store.transaction(() => {
      this.#store.saveRecord(record);
      for (const fact of facts) this.#store.addFact(now, fact);
      this.#store.trimFacts();
      this.#outbox.add('shard:0', { kind: 'configure', shard: 0 });
      this.#outbox.add('catalogue', { kind: 'catalogue' });
      this.#outbox.add('directory', { kind: 'directory' });
      also();
    });
  }

  #surplus(active: string): VersionRecord[] {
    const surplus = new Set(surplusVersions(this.#store.versions(), active));
    return this.#store.versions().filter(({ version }) => surplus.has(version));
  }

  /** Inside a transaction: forgets versions, and the bytes of those digests that no other version has. */
  #giveUp(versions: readonly VersionRecord[]): void {
    for (const { version } of versions) this.#store.deleteVersion(version);
    const kept = new Set(this.#store.versions().map(({ digest }) => digest));
    for (const digest of new Set(versions.map((version) => version.digest))) {
      if (!kept.has(digest)) this.#outbox.add(`build:${digest}`, { kind: 'release', digest });
    }
  }

  async #flush(): Promise<void> {
    if (this.#outbox.isEmpty()) return;
    // Set first: an object that goes away while it delivers is woken to go on.
    await this.ctx.storage.setAlarm(Date.now() + this.#outbox.retryDelayMs());
    if (await this.#outbox.flush()) await this.ctx.storage.deleteAlarm();
  }

  async #deliver(message: SupervisorMessage): Promise<void> {
    const record = this.#store.record();
    if (record === undefined) return;
    const active = record.presence === 'present' ? this.#store.version(record.active) : undefined;
    switch (message.kind) {
      case 'configure': {
        const policy = record.presence === 'present' ? await this.#policyInForce(record.policy) : undefined;
        const config = shardConfig(record, active, policy?.ok === true ? policy.value.policy : DENY_ALL);
        await pool(this.env, record.name, message.shard).configure(config);
        break;
      }
      case 'catalogue': {
        if (record.presence === 'removed' || active === undefined) {
          await catalogue(this.env).remove(record.name, record.number);
          break;
        }
        const { total, failed } = this.#store.counters();
        await catalogue(this.env).upsert({
          name: record.name,
          number: record.number,
          state: record.state,
          active: { version: active.version, digest: active.digest },
          functions: active.functions.map(({ name }) => name),
          calls: { total, failed },
        });
        break;
      }
      case 'directory': {
        const id = `${record.name}/0`;
        if (record.presence === 'removed') await directory(this.env).leave(id);
        else {
          const joinedAt = new Date(record.since).toISOString();
          await directory(this.env).join({ id, kind: 'pool-shard', component: record.name, shard: 0, joinedAt });
        }
        break;
      }
      case 'confirm':
        await build(this.env, message.digest).confirm(message.digest, record.name);
        break;
      case 'release':
        // A later deploy may have brought the digest back before this was delivered.
        if (!(await this.refersTo(message.digest)))
          await build(this.env, message.digest).release(message.digest, record.name);
        break;
    }
  }

  #present(): Result<{ readonly record: PresentRecord; readonly active: VersionRecord }, Failure> {
    const record = this.#store.record();
    if (record?.presence !== 'present') return err(notFound());
    const active = this.#store.version(record.active);
    return active === undefined ? err(notFound()) : ok({ record, active });
  }
}

function checkVersion(version: VersionRecord, { policy }: PolicyInForce): Failure | undefined {
  const checked = checkComponent(policy.validation, {
    bytes: version.bytes,
    imports: version.imports.map(({ name }) => name),
    exports: version.exports,
    features: version.features,
  });
  return checked.ok ? undefined : violationFailure(checked.error);
}

function policyTextOf(record: ReturnType<SupervisorStore['record']>): string | undefined {
  return record?.presence === 'present' ? record.policy.own : undefined;
}

function view({ policy: { ignored }, source, hash, text }: PolicyInForce): PolicyView {
  return { source, hash, ignored, ...(text === undefined ? {} : { text }) };
}

function notFound(): Failure {
  return failure('COMPONENT_NOT_FOUND', 'there is no component of this name: GET /v1/components lists them');
}
