/** What a shard's component sees as its environment: the policy's values, and its secrets, opened in memory only. */
import type { Environment } from '../../src/capability/config/contract.ts';
import { SecretBox } from '../../src/capability/config/secret-box.ts';
import type { Decide } from '../../src/policy/index.ts';
import type { ServingConfig, ShardConfig } from './contract.ts';

const NOTHING: Promise<Environment> = Promise.resolve([]);

export class ShardEnvironment {
  readonly #secretsKey: string | undefined;
  #values: Promise<Environment> = NOTHING;

  constructor(secretsKey: string | undefined) {
    this.#secretsKey = secretsKey;
  }

  adopt(config: ShardConfig | undefined): void {
    this.#values = config === undefined || config.state === 'removed' ? NOTHING : valuesOf(config, this.#secretsKey);
  }

  /** Keys with their values, those that `decide` lets the component see. */
  async visible(decide: Decide): Promise<Environment> {
    const values = await this.#values;
    return values.filter(([key]) => decide({ capability: 'environment', key }).allowed);
  }
}

/** A value that the policy states comes before a secret of the same name. Never rejects. */
async function valuesOf(config: ServingConfig, secretsKey: string | undefined): Promise<Environment> {
  const { environment, secrets, component } = config;
  const wanted = secrets.filter(({ key }) => environment.every(([stated]) => stated !== key));
  if (wanted.length === 0) return environment;
  const box = SecretBox.of(secretsKey);
  const opened = await Promise.all(
    wanted.map(async (secret) => [secret.key, box.ok ? await box.value.open(config, secret) : undefined] as const),
  );
  const unset = opened.flatMap(([key, value]) => (value === undefined ? [key] : []));
  if (unset.length > 0) console.warn({ message: 'secrets that cannot be opened are unset', component, keys: unset });
  const values = opened.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return [...environment, ...values];
}
