/** Pure: which nodes are open in which calls. What is open outlives its last name until it is closed, or the call is over. */

/** Longest time that anything is taken to be open, in milliseconds: no call lasts longer, and a shard may go away unheard. */
export const MAX_HOLD_MS = 310_000;

interface Held {
  /** How often each node is open. */
  readonly nodes: Map<number, number>;
  readonly since: number;
}

export class Holds {
  readonly #calls = new Map<string, Held>();

  add(call: string, node: number, now: number): void {
    const held = this.#calls.get(call) ?? { nodes: new Map<number, number>(), since: now };
    this.#calls.set(call, held);
    held.nodes.set(node, (held.nodes.get(node) ?? 0) + 1);
  }

  has(node: number): boolean {
    for (const { nodes } of this.#calls.values()) if (nodes.has(node)) return true;
    return false;
  }

  close(call: string, node: number): void {
    const held = this.#calls.get(call);
    const count = held?.nodes.get(node) ?? 0;
    if (count > 1) held?.nodes.set(node, count - 1);
    else held?.nodes.delete(node);
  }

  /** Everything that a call has open is closed; answers which nodes that were. */
  release(call: string): number[] {
    const nodes = [...(this.#calls.get(call)?.nodes.keys() ?? [])];
    this.#calls.delete(call);
    return nodes;
  }

  /** Gives up the calls that began to hold something too long ago. */
  expire(now: number): void {
    for (const [call, { since }] of this.#calls) if (since + MAX_HOLD_MS <= now) this.#calls.delete(call);
  }
}
