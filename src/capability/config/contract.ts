/** `config` at the border of an isolate: what it can be asked for, and what comes back. Types only. */

/** Keys and values in order. */
export type Environment = readonly (readonly [key: string, value: string])[];

/** What each operation takes and comes to. */
export interface ConfigOperations {
  /** Null: the key may be seen and has no value. */
  get: { readonly input: { readonly key: string }; readonly value: string | null };
  /** What may be seen at this moment. */
  getAll: { readonly input: Readonly<Record<string, never>>; readonly value: Environment };
}
