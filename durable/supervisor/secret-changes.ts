/** A component's secrets: sealed before they are stored, told to the shards before the answer, never given back. */
import { SecretBox } from '../../src/capability/config/secret-box.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { MAX_SECRETS_BYTES_PER_COMPONENT, MAX_SECRETS_PER_COMPONENT } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import type { SecretChange, SecretView } from './contract.ts';
import type { Ledger } from './ledger.ts';
import type { PresentRecord, SecretRecord } from './record.ts';
import { presentRecord } from './version-check.ts';

export class SecretChanges {
  readonly #ledger: Ledger;
  readonly #box: Result<SecretBox, Failure>;

  constructor(ledger: Ledger, secretsKey: string | undefined) {
    this.#ledger = ledger;
    this.#box = SecretBox.of(secretsKey);
  }

  /** By key; without values. */
  async list(): Promise<Result<readonly SecretView[], Failure>> {
    const record = this.#ready();
    return record.ok ? ok(this.#ledger.store.secrets().map(view)) : record;
  }

  put(key: string, value: string): Promise<SecretChange<SecretView>> {
    return this.#ledger.changes.run(async () => {
      const ready = this.#ready();
      if (!ready.ok) return ready;
      const { record, box } = ready.value;
      const bytes = new TextEncoder().encode(value).length;
      const full = tooMany(this.#ledger.store.secrets(), key, bytes);
      if (full !== undefined) return err(full);
      const sealed = await box.seal({ component: record.name, incarnation: record.incarnation }, key, value);
      const now = Date.now();
      const createdAt = this.#ledger.store.secrets().find((secret) => secret.key === key)?.createdAt ?? now;
      const secret: SecretRecord = { ...sealed, bytes, createdAt, updatedAt: now };
      this.#commit(record, () => this.#ledger.store.saveSecret(secret));
      return ok({ ...view(secret), applied: await this.#ledger.tellShards() });
    });
  }

  delete(key: string): Promise<SecretChange<{ readonly key: string }>> {
    return this.#ledger.changes.run(async () => {
      const ready = this.#ready();
      if (!ready.ok) return ready;
      if (!this.#ledger.store.secrets().some((secret) => secret.key === key)) {
        return err(failure('NOT_FOUND', 'the component has no secret of this name: GET …/secrets lists them'));
      }
      this.#commit(ready.value.record, () => this.#ledger.store.deleteSecret(key));
      return ok({ key, applied: await this.#ledger.tellShards() });
    });
  }

  #ready(): Result<{ readonly record: PresentRecord; readonly box: SecretBox }, Failure> {
    if (!this.#box.ok) return this.#box;
    const record = presentRecord(this.#ledger.store.record());
    return record.ok ? ok({ record: record.value, box: this.#box.value }) : record;
  }

  /** No fact tells of it: which secrets a component has is nobody's business but its operator's. */
  #commit(record: PresentRecord, save: () => void): void {
    this.#ledger.commit({ record: { ...record, number: record.number + 1 }, facts: [] }, save);
  }
}

function view({ key, createdAt, updatedAt }: SecretRecord): SecretView {
  return { key, createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
}

function tooMany(secrets: readonly SecretRecord[], key: string, bytes: number): Failure | undefined {
  const others = secrets.filter((secret) => secret.key !== key);
  if (others.length >= MAX_SECRETS_PER_COMPONENT) {
    return failure('TOO_LARGE', `a component has at most ${MAX_SECRETS_PER_COMPONENT} secrets: delete one first`);
  }
  const total = others.reduce((sum, secret) => sum + secret.bytes, bytes);
  if (total <= MAX_SECRETS_BYTES_PER_COMPONENT) return undefined;
  const limit = `${MAX_SECRETS_BYTES_PER_COMPONENT} bytes of secrets, and with this one it would have ${total}`;
  return failure('TOO_LARGE', `a component has at most ${limit}: store less`);
}
