/** Pure: who gets the messages of a topic, by the grants that supervisors wrote down. Each shard decides again. */
import { compileGrants, type Decide, type Grants, NO_GRANTS } from '../../src/policy/index.ts';
import type { CatalogueEntry } from './contract.ts';

/** What a component exports to be given messages, without its version. */
const HANDLER = 'wasi:messaging/incoming-handler';

/** Whether a component with these exports can be given messages. */
export function handlesMessages(exports: readonly string[]): boolean {
  return exports.some((name) => name.split('@')[0] === HANDLER);
}

/** The part of a component's grants that is about messages. */
export function subscriptionsOf({ permissions, runtime }: Grants): Grants {
  return {
    permissions: { ...NO_GRANTS.permissions, messaging: permissions.messaging },
    runtime: {
      granted: runtime.granted.filter((permission) => permission.startsWith('msg:')),
      revoked: runtime.revoked.filter((capability) => capability === 'messaging'),
    },
  };
}

export class Subscriptions {
  readonly #all: readonly (readonly [name: string, decide: Decide])[];

  constructor(entries: readonly Pick<CatalogueEntry, 'name' | 'subscriptions'>[]) {
    this.#all = entries.flatMap(({ name, subscriptions }) =>
      subscriptions === undefined ? [] : [[name, compileGrants(subscriptions)] as const],
    );
  }

  /** In the order of the entries. */
  of(topic: string): string[] {
    const request = { capability: 'messaging', topic, access: 'subscribe' } as const;
    return this.#all.filter(([, decide]) => decide(request).allowed).map(([name]) => name);
  }
}
