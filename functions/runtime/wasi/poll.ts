/** `wasi:io/poll`. Only what is not ready yet suspends the guest. */
import { CallLifetime, type Wait } from '../lifetime.ts';
import { MAX_POLL_LIST } from '../limits.ts';
import { WasiTrap } from './failure.ts';
import { Resource } from './resource.ts';

/** What a pollable watches. */
export interface PollSource {
  ready(): boolean;
  /** Wakes when `ready` has become true. */
  readonly wait: Wait;
  /** The call that would wait. */
  readonly lifetime: CallLifetime;
}

/** Something that never blocks. */
export const ALWAYS_READY: PollSource = Object.freeze({
  ready: () => true,
  wait: () => () => undefined,
  lifetime: new CallLifetime(),
});

let sourceOf: (pollable: Pollable) => PollSource;

export class Pollable extends Resource {
  readonly #source: PollSource;

  static {
    sourceOf = (pollable) => pollable.#source;
  }

  constructor(source: PollSource) {
    super();
    this.#source = source;
  }

  ready(): boolean {
    return this.#source.ready();
  }

  block(): void | Promise<void> {
    if (this.#source.ready()) return;
    return this.#source.lifetime.until(this.#source.wait);
  }
}

export function createPoll({ lifetime }: { readonly lifetime: CallLifetime }) {
  return { Pollable, poll: (pollables: readonly Pollable[]) => poll(pollables.map(sourceOf), lifetime) };
}

function poll(sources: readonly PollSource[], lifetime: CallLifetime): Uint32Array | Promise<Uint32Array> {
  if (sources.length === 0) throw new WasiTrap('wasi:io/poll: poll needs at least one pollable');
  if (sources.length > MAX_POLL_LIST) {
    throw new WasiTrap(`wasi:io/poll: poll takes at most ${MAX_POLL_LIST} pollables, got ${sources.length}`);
  }
  const ready = readyIndices(sources);
  return ready.length > 0 ? ready : firstReady(sources, lifetime);
}

async function firstReady(sources: readonly PollSource[], lifetime: CallLifetime): Promise<Uint32Array> {
  for (;;) {
    await lifetime.until((wake) => {
      const stops = sources.map((source) => source.wait(wake));
      return () => {
        for (const stop of stops) stop();
      };
    });
    const ready = readyIndices(sources);
    if (ready.length > 0) return ready;
  }
}

function readyIndices(sources: readonly PollSource[]): Uint32Array {
  const indices: number[] = [];
  for (const [index, source] of sources.entries()) if (source.ready()) indices.push(index);
  return new Uint32Array(indices);
}
