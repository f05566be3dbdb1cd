/** Delivers what a supervisor owes: always the newest state, so that a late or doubled delivery does no harm. */

import { maximaOf } from '../../src/policy/index.ts';
import { handlesMessages, subscriptionsOf } from '../catalogue/subscriptions.ts';
import type { ServingConfig } from '../pool/contract.ts';
import { type Bindings, build, catalogue, pool, volume } from '../shared/bindings.ts';
import { directory } from '../shared/directory-client.ts';
import { policyInForce } from './policy-in-force.ts';
import type { ComponentRecord, PresentRecord, SecretRecord, SupervisorMessage, VersionRecord } from './record.ts';
import { removedConfig, shardConfig } from './shard-config.ts';
import type { SupervisorStore } from './store.ts';

/** Throws when the message must be tried again. */
export async function deliver(env: Bindings, store: SupervisorStore, message: SupervisorMessage): Promise<void> {
  const record = store.record();
  if (record === undefined) return;
  const active = record.presence === 'present' ? store.version(record.active) : undefined;
  switch (message.kind) {
    case 'configure':
      return configure(env, store, record, message.shard);
    case 'catalogue':
      return enterInCatalogue(env, store, record, active);
    case 'directory':
      return enterInDirectory(env, record);
    case 'purge':
      // The shard first: from then on no call may use the volume that is about to go.
      await configure(env, store, record, 0);
      return volume(env, record.name).destroy();
    case 'confirm':
      return build(env, message.digest).confirm(message.digest, {
        component: record.name,
        reference: message.reference,
      });
    case 'release':
      return build(env, message.digest).release(message.digest, {
        component: record.name,
        reference: message.reference,
      });
  }
}

async function configure(env: Bindings, store: SupervisorStore, record: ComponentRecord, shard: number): Promise<void> {
  if (record.presence === 'removed') return pool(env, record.name, shard).configure(removedConfig(record, Date.now()));
  const active = store.version(record.active);
  if (active === undefined) throw new Error('the active version is not stored');
  return pool(env, record.name, shard).configure(await servingConfig(env, record, active, store.secrets()));
}

async function servingConfig(
  env: Bindings,
  record: PresentRecord,
  active: VersionRecord,
  secrets: readonly SecretRecord[],
): Promise<ServingConfig> {
  const maxima = maximaOf(env.MAXIMA);
  const policy = maxima.ok ? await policyInForce(record.policy, maxima.value) : maxima;
  // A policy that no longer parses changes nothing until it does: nothing may become open by a mistyped variable.
  if (!policy.ok) throw new Error(policy.error.message);
  return shardConfig(record, active, policy.value.policy, secrets, Date.now());
}

async function enterInCatalogue(
  env: Bindings,
  store: SupervisorStore,
  record: ComponentRecord,
  active: VersionRecord | undefined,
): Promise<void> {
  if (record.presence === 'removed' || active === undefined) return catalogue(env).remove(record.name, record.number);
  const { total, failed } = store.counters();
  return catalogue(env).upsert({
    name: record.name,
    number: record.number,
    state: record.state,
    active: { version: active.version, digest: active.digest },
    functions: active.functions.map(({ name }) => name),
    calls: { total, failed },
    templateNumber: record.policy.template.number,
    ...(handlesMessages(active.exports)
      ? { subscriptions: subscriptionsOf((await servingConfig(env, record, active, [])).grants) }
      : {}),
  });
}

async function enterInDirectory(env: Bindings, record: ComponentRecord): Promise<void> {
  const id = `${record.name}/0`;
  if (record.presence === 'removed') {
    await directory(env).leave(id);
    return;
  }
  const joinedAt = new Date(record.since).toISOString();
  await directory(env).join({ id, kind: 'pool-shard', component: record.name, shard: 0, joinedAt });
}
