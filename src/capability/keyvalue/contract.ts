/** What an isolate asks the provider `keyvalue` for, and what it is told. Types only: isolate code reads them too. */
import type { Result } from '../../core/result.ts';

/** What an operation came to: its value, or a text for the guest that says why not. */
export type KeyValueAnswer<T> = Result<T, string>;

/** A page of keys; `cursor` goes on after it and is absent when there are no more. */
export interface KeyPage {
  readonly keys: readonly string[];
  readonly cursor?: string;
}

/** A value with the version that a `swap` has to name; version 0 is that of a key which is not there. */
export interface VersionedValue {
  readonly version: number;
  readonly value?: Uint8Array;
}

/** Absent: the value was swapped. Otherwise what is there instead. */
export interface SwapEnd {
  readonly newer?: VersionedValue;
}

type Entry = readonly [key: string, value: Uint8Array];

interface Operation<Input, Value> {
  readonly input: { readonly bucket: string } & Input;
  readonly value: Value;
}

/** Each operation by its name. Names and keys are as the guest gave them; `undefined` stands for what is not there. */
export interface KeyValueOperations {
  /** Whether the component may do anything with the bucket at all. */
  readonly open: Operation<unknown, undefined>;
  readonly get: Operation<{ readonly key: string }, Uint8Array | undefined>;
  readonly exists: Operation<{ readonly key: string }, boolean>;
  readonly listKeys: Operation<{ readonly cursor?: string }, KeyPage>;
  readonly getMany: Operation<{ readonly keys: readonly string[] }, readonly (Entry | undefined)[]>;
  readonly set: Operation<{ readonly key: string; readonly value: Uint8Array }, undefined>;
  readonly setMany: Operation<{ readonly entries: readonly Entry[] }, undefined>;
  readonly delete: Operation<{ readonly key: string }, undefined>;
  readonly deleteMany: Operation<{ readonly keys: readonly string[] }, undefined>;
  /** Adds `delta` to a count, which starts at 0, and tells the sum. With `unsigned`, neither may be below 0. */
  readonly increment: Operation<{ readonly key: string; readonly delta: bigint; readonly unsigned: boolean }, bigint>;
  /** What a compare-and-swap begins with. */
  readonly read: Operation<{ readonly key: string }, VersionedValue>;
  /** Sets the value if the key still has that version. */
  readonly swap: Operation<{ readonly key: string; readonly version: number; readonly value: Uint8Array }, SwapEnd>;
}

/** The name of an operation. */
export type KeyValueOperation = keyof KeyValueOperations;
