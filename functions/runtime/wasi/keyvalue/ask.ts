/** How the interfaces of `wasi:keyvalue` ask the platform, and what a guest is told when it does not do what they ask. */
import type {
  KeyValueAnswer,
  KeyValueOperation,
  KeyValueOperations,
} from '../../../../src/capability/keyvalue/contract.ts';
import type { CapabilityAnswer } from '../../../../src/isolate/protocol.ts';
import type { CapabilityClient } from '../../capabilities.ts';
import { WasiFailure } from '../failure.ts';

/** The `error` of `wasi:keyvalue/store`. `no-such-store` is never said: it would tell which buckets there are. */
type StoreError = { readonly tag: 'access-denied' } | { readonly tag: 'other'; readonly val: string };

/** The value that an operation came to. Rejects with the interface's own error. */
export async function ask<O extends KeyValueOperation>(
  capabilities: CapabilityClient,
  operation: O,
  input: KeyValueOperations[O]['input'],
): Promise<KeyValueOperations[O]['value']> {
  const answer = await capabilities.use('keyvalue', operation, input);
  if (answer.kind === 'refused') throw new WasiFailure(errorOf(answer));
  // A cast: the platform's provider answers so, and it is not the side that is not trusted.
  const result = answer.value as KeyValueAnswer<KeyValueOperations[O]['value']>;
  if (!result.ok) throw new WasiFailure(other(result.error));
  return result.value;
}

/** An `error` that says why in words. */
export function other(val: string): StoreError {
  return { tag: 'other', val };
}

function errorOf({ reason, message }: Extract<CapabilityAnswer, { kind: 'refused' }>): StoreError {
  return reason === 'denied' ? { tag: 'access-denied' } : other(message);
}
