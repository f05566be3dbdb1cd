/**
 * The directory of pool shards, kept with itty-durable: small, informative, not authoritative. Providers are the same on all.
 * Supervisors write it, `GET /v1/nodes` reads it, both through shared/directory-client.ts: its `fetch` calls any method
 * by name, so no client's request is ever forwarded to it.
 */
import { createDurable } from 'itty-durable';
import type { Node } from './shared/directory-client.ts';

/** Kept in the object's key-value storage under itty-durable's key `data`, one record, as long as the platform. */
export class Directory extends createDurable({ autoPersist: true, autoReturn: false }) {
  nodes: Record<string, Node> = {};

  join(node: Node): { joined: string } {
    this.nodes = { ...this.nodes, [node.id]: node };
    return { joined: node.id };
  }

  leave(id: string): { left: string } {
    const { [id]: _gone, ...rest } = this.nodes;
    this.nodes = rest;
    return { left: id };
  }

  list(): readonly Node[] {
    return Object.values(this.nodes);
  }
}
