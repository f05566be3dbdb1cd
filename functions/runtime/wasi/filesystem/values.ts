/** PURE: records of `wasi:filesystem/types` from and to what the file system has. */
import type { FileTime } from '../../../../src/core/files/node-store.ts';
import type { FileStat, NewTime } from '../../../../src/core/files/requests.ts';

/** `descriptor-type` of each kind of node. */
export const TYPES = { file: 'regular-file', directory: 'directory', symlink: 'symbolic-link' } as const;

interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** The variant `new-timestamp`. */
export type NewTimestamp =
  | { readonly tag: 'no-change' | 'now' }
  | { readonly tag: 'timestamp'; readonly val: Datetime };

const NANOSECONDS = 1_000_000_000n;

/** Undefined for a time that is none. */
export function newTime(given: NewTimestamp): NewTime | undefined {
  switch (given.tag) {
    case 'no-change':
      return 'keep';
    case 'now':
      return 'now';
    case 'timestamp': {
      const nanoseconds = BigInt(given.val.nanoseconds);
      return nanoseconds < NANOSECONDS ? given.val.seconds * NANOSECONDS + nanoseconds : undefined;
    }
  }
}

/** The record `descriptor-stat`. */
export function descriptorStat({ kind, links, size, accessed, modified, changed }: FileStat) {
  return {
    type: TYPES[kind],
    linkCount: BigInt(links),
    size: BigInt(size),
    dataAccessTimestamp: datetime(accessed),
    dataModificationTimestamp: datetime(modified),
    statusChangeTimestamp: datetime(changed),
  };
}

/** The record `metadata-hash-value`: it tells objects apart, and an object keeps it for as long as it is there. */
export function metadataHash(device: bigint, { node }: FileStat) {
  return { lower: BigInt(node), upper: device };
}

function datetime(time: FileTime): Datetime {
  return { seconds: time / NANOSECONDS, nanoseconds: Number(time % NANOSECONDS) };
}
