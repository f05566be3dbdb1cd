/** A stream that reads a file of the volume, some way ahead of the guest. */
import type { FileTarget } from '../../../../src/capability/filesystem/contract.ts';
import type { FileErrorCode } from '../../../../src/core/files/file-error.ts';
import { MAX_READ_AHEADS, READ_AHEAD_BYTES } from '../../limits.ts';
import type { PollSource } from '../poll.ts';
import type { ByteSource } from '../streams.ts';
import { streamFailure } from './files.ts';
import type { VolumeLink } from './volume-link.ts';

/** The readers of each call that have something, those that were filled last at the end. */
const holders = new WeakMap<VolumeLink, Set<VolumeReader>>();

const NOTHING = new Uint8Array(0);

type State =
  | { readonly kind: 'empty' | 'asking' | 'end' }
  | { readonly kind: 'failed'; readonly code: FileErrorCode }
  | { readonly kind: 'filled'; readonly bytes: Uint8Array; readonly changes: number };

export class VolumeReader implements ByteSource {
  readonly arrival: PollSource;
  readonly #files: VolumeLink;
  readonly #target: FileTarget;
  #offset: number;
  #state: State = { kind: 'empty' };

  constructor(files: VolumeLink, target: FileTarget, offset: number) {
    this.#files = files;
    this.#target = target;
    this.#offset = offset;
    this.arrival = files.condition(() => this.#arrived());
  }

  read(length: number): Uint8Array | undefined {
    if (length === 0 || !this.#arrived()) return NOTHING;
    const state = this.#state;
    if (state.kind === 'filled') {
      const bytes = state.bytes.subarray(0, length);
      this.#offset += bytes.length;
      const rest = state.bytes.subarray(bytes.length);
      this.#set(rest.length === 0 ? { kind: 'empty' } : { ...state, bytes: rest });
      return bytes;
    }
    // The next read asks again: the file may have grown.
    this.#state = { kind: 'empty' };
    if (state.kind === 'failed') throw streamFailure(state.code);
    return undefined;
  }

  /** What was read ahead is given up for somebody else's; it is read again when it is wanted. */
  letGo(): void {
    if (this.#state.kind === 'filled') this.#state = { kind: 'empty' };
  }

  /** Whether there is something to tell. Asks for it where there is not. */
  #arrived(): boolean {
    const state = this.#state;
    // What this call has written since may be in there.
    if (state.kind === 'filled' && state.changes !== this.#files.changes) this.letGo();
    if (this.#state.kind === 'empty') this.#ask();
    return this.#state.kind !== 'asking';
  }

  #ask(): void {
    this.#state = { kind: 'asking' };
    const { changes } = this.#files;
    const request = { op: 'read', at: this.#target, offset: this.#offset, length: READ_AHEAD_BYTES } as const;
    this.#files.sendAll();
    this.#files.send(request).then(
      (answer) => {
        if (!answer.ok) this.#state = { kind: 'failed', code: answer.error };
        else if (answer.value.bytes.length === 0) this.#state = { kind: 'end' };
        else this.#set({ kind: 'filled', bytes: answer.value.bytes, changes });
        this.#files.progressed();
      },
      // The call is over, and nobody reads any more.
      () => undefined,
    );
  }

  #set(state: State): void {
    this.#state = state;
    const holding = holders.get(this.#files) ?? new Set<VolumeReader>();
    holders.set(this.#files, holding);
    holding.delete(this);
    if (state.kind !== 'filled') return;
    holding.add(this);
    const [oldest] = holding;
    if (holding.size <= MAX_READ_AHEADS || oldest === undefined) return;
    holding.delete(oldest);
    oldest.letGo();
  }
}
