/** Grants and revokes at run time: committed, told to the shards before the answer, and shown. */
import type { Failure } from '../../src/core/errors.ts';
import { ok, type Result } from '../../src/core/result.ts';
import { type CapabilityName, DENY_ALL, type GrantRequest, showCapabilities } from '../../src/policy/index.ts';
import type { CapabilityList } from './contract.ts';
import { granted, reset, revoked } from './grant-transitions.ts';
import type { Ledger } from './ledger.ts';
import type { PresentRecord } from './record.ts';
import type { Change } from './transitions.ts';
import { presentRecord } from './version-check.ts';

export class GrantChanges {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async list(): Promise<Result<CapabilityList, Failure>> {
    const record = presentRecord(this.#ledger.store.record());
    return record.ok ? this.#show(record.value, true) : record;
  }

  grant(request: GrantRequest): Promise<Result<CapabilityList, Failure>> {
    return this.#change((record) => granted(record, request));
  }

  revoke(capability: CapabilityName): Promise<Result<CapabilityList, Failure>> {
    return this.#change((record) => ok(revoked(record, capability)));
  }

  reset(): Promise<Result<CapabilityList, Failure>> {
    return this.#change((record) => ok(reset(record)));
  }

  /** What changes nothing is told to the shards as well: whoever asks again may have heard that one was out of reach. */
  #change(
    transition: (record: PresentRecord) => Result<Change<PresentRecord>, Failure>,
  ): Promise<Result<CapabilityList, Failure>> {
    return this.#ledger.changes.run(async () => {
      const present = presentRecord(this.#ledger.store.record());
      if (!present.ok) return present;
      const change = transition(present.value);
      if (!change.ok) return change;
      if (change.value.record !== present.value) this.#ledger.commit(change.value);
      return this.#show(change.value.record, await this.#ledger.tellShards());
    });
  }

  async #show(record: PresentRecord, applied: boolean): Promise<Result<CapabilityList, Failure>> {
    const policy = await this.#ledger.policyInForce(record.policy);
    // One that no longer parses cannot be pushed either: the change is kept, and holds once it can.
    if (!policy.ok && applied) return policy;
    const { permissions } = policy.ok ? policy.value.policy : DENY_ALL;
    return ok({ items: showCapabilities(permissions, record.runtime), applied });
  }
}
