/** What is known of the reuse of instances, per version: what the isolates said, and what became of it. */
import type { IsolateReport, Reuse } from '../../src/isolate/isolate-report.ts';

/** Counts are of calls since the shard began to serve the version, or was started. */
export interface ReuseStatus extends Reuse {
  /** Calls that got an instance that was used before. */
  readonly restored: number;
  /** Calls that got one that was made for them. */
  readonly fresh: number;
}

const SWITCHED_OFF: Reuse = { enabled: false, reason: 'INSTANCE_REUSE is off' };

export class ReuseRecord {
  readonly #isOn: boolean;
  readonly #versions = new Map<string, ReuseStatus>();

  /** `isOn`: whether the platform wants instances to be used again. */
  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  get versions(): Readonly<Record<string, ReuseStatus>> {
    return Object.fromEntries(this.#versions);
  }

  /** Takes down what an isolate said of one call; nothing, when it did not tell. */
  add(version: string, { reuse, instance }: IsolateReport): void {
    if (reuse === undefined || instance === undefined) return;
    const { restored = 0, fresh = 0 } = this.#versions.get(version) ?? {};
    this.#versions.set(version, {
      ...(this.#isOn ? reuse : SWITCHED_OFF),
      restored: restored + (instance === 'restored' ? 1 : 0),
      fresh: fresh + (instance === 'fresh' ? 1 : 0),
    });
  }

  clear(): void {
    this.#versions.clear();
  }
}
