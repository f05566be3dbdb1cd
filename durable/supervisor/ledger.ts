/**
 * The supervisor's book-keeping: every change of the component's record goes through here, in one transaction with the facts
 * and with what it owes to others, and is delivered from here, at once or by the alarm.
 */
import { componentNotFound, type Failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { maximaOf } from '../../src/policy/index.ts';
import type { Bindings } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { Mutex } from '../shared/mutex.ts';
import { Outbox } from '../shared/outbox.ts';
import { deliver } from './delivery.ts';
import { type PolicyInForce, policyInForce } from './policy-in-force.ts';
import type { PolicyTexts, PresentRecord, SupervisorMessage, VersionKey, VersionRecord } from './record.ts';
import { SupervisorStore } from './store.ts';
import type { Change } from './transitions.ts';
import { presentRecord } from './version-check.ts';

/** Time between the first change of the counters and the catalogue's copy of them, in milliseconds. */
const CATALOGUE_COUNTERS_MS = 5_000;

/** How long after its time a shard may need to end what still runs, in milliseconds. */
export const DRAIN_MARGIN_MS = 1_000;

/** A component that is there, with its active version. */
export interface Present {
  readonly record: PresentRecord;
  readonly active: VersionRecord;
}

export class Ledger {
  readonly store: SupervisorStore;
  readonly outbox: Outbox<SupervisorMessage>;
  /** Changes happen one after another. */
  readonly changes = new Mutex();
  readonly #ctx: DurableObjectState;
  readonly #env: Bindings;
  /** The catalogue's counters are behind; after an eviction the alarm that was set for it still rings. */
  #countersBehind = false;

  constructor(ctx: DurableObjectState, env: Bindings) {
    const db = openDatabase(ctx.storage);
    this.#ctx = ctx;
    this.#env = env;
    this.store = new SupervisorStore(db);
    this.outbox = new Outbox<SupervisorMessage>(db, (message) => deliver(env, this.store, message));
  }

  present(): Result<Present, Failure> {
    const record = presentRecord(this.store.record());
    if (!record.ok) return record;
    const active = this.store.version(record.value.active);
    return active === undefined ? err(componentNotFound()) : ok({ record: record.value, active });
  }

  async policyInForce(texts: PolicyTexts): Promise<Result<PolicyInForce, Failure>> {
    const maxima = maximaOf(this.#env.MAXIMA);
    return maxima.ok ? policyInForce(texts, maxima.value) : maxima;
  }

  /** One transaction: the record, its facts, and what shards, catalogue and directory must hear of it. */
  commit({ record, facts }: Change, also: () => void = () => undefined): void {
    const now = Date.now();
    const before = this.store.record();
    const isNode = before?.presence === 'present' && before.incarnation === record.incarnation;
    this.store.transaction(() => {
      this.store.saveRecord(record);
      for (const fact of facts) this.store.addFact(now, fact);
      this.store.trimFacts();
      also();
      this.outbox.add('shard:0', { kind: 'configure', shard: 0 });
      this.outbox.add('catalogue', { kind: 'catalogue' });
      if (!isNode || record.presence === 'removed') this.outbox.add('directory', { kind: 'directory' });
    });
  }

  /** Inside a transaction: forgets all versions of a component that is removed, and its files. */
  purge(versions: readonly VersionKey[]): void {
    this.giveUp(versions);
    // In the order of what the shard hears: nothing of a component that comes after is lost.
    this.outbox.add('shard:0', { kind: 'purge' });
  }

  /** Inside a transaction: forgets versions and their hold on the bytes. */
  giveUp(versions: readonly VersionKey[]): void {
    for (const { version, digest, reference } of versions) {
      this.store.deleteVersion(version);
      this.outbox.add(`build:${digest}`, { kind: 'release', digest, reference });
    }
  }

  async flush(): Promise<void> {
    if (this.outbox.isEmpty()) return;
    // Set first: an object that goes away while it delivers is woken to go on.
    await this.#setNextAlarm();
    await this.outbox.flush();
    await this.#setNextAlarm();
  }

  /** Without anybody waiting for it. */
  flushLater(): void {
    this.#ctx.waitUntil(this.flush());
  }

  /** Pushes the config at once; the rest of what is owed, and this where it failed, follows without anybody waiting. */
  async tellShards(): Promise<boolean> {
    this.flushLater();
    try {
      await deliver(this.#env, this.store, { kind: 'configure', shard: 0 });
      return true;
    } catch (error) {
      console.warn({ message: 'a shard could not be told of a change', error: String(error) });
      return false;
    }
  }

  /** Has the catalogue's counters brought up to date after some time. */
  async countersChanged(): Promise<void> {
    if (this.#countersBehind) return;
    this.#countersBehind = true;
    await this.#setNextAlarm();
  }

  /** The alarm rang: delivers what is owed, and the counters. */
  async ring(): Promise<void> {
    this.#countersBehind = false;
    this.outbox.add('catalogue', { kind: 'catalogue' });
    await this.flush();
  }

  /** Decided and handed to the storage in one turn: what is added later sets its own. */
  #setNextAlarm(): Promise<void> {
    const now = Date.now();
    const record = this.store.record();
    const times = [
      ...(this.outbox.isEmpty() ? [] : [now + this.outbox.retryDelayMs()]),
      ...(this.#countersBehind ? [now + CATALOGUE_COUNTERS_MS] : []),
      // For the case that this object goes away while it waits for the drain, or that a shard was out of reach.
      ...(record?.presence === 'present' && record.drainBy !== undefined
        ? [Math.max(now, record.drainBy) + DRAIN_MARGIN_MS]
        : []),
    ];
    const { storage } = this.#ctx;
    return times.length === 0 ? storage.deleteAlarm() : storage.setAlarm(Math.min(...times));
  }
}
