/** Pure: who gets the messages of a topic, by the grants that supervisors wrote down. Each shard decides again. */
import { entrancesOf } from '../../src/component/entrances.ts';
import { compileGrants, type Decide, type Grants, NO_GRANTS } from '../../src/policy/index.ts';
import type { CatalogueEntry } from './contract.ts';

/** Whether a component with these exports can be given messages. */
export function handlesMessages(exports: readonly string[]): boolean {
  return entrancesOf(exports).some(({ kind }) => kind === 'message');
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
