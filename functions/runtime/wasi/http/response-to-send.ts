/** PURE: a guest's response as the platform takes it. */
import type { HeaderField, ResponseHead } from '../../../../src/isolate/tasks.ts';
import { WasiTrap } from '../failure.ts';
import { declaredLength } from './content-length.ts';
import type { Fields } from './fields.ts';
import type { ResponseParts } from './outgoing-response.ts';

/** The first status that ends an exchange (RFC 9110, section 15). */
const FIRST_FINAL_STATUS = 200;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The head of a response, and the length of its body where it says one. Throws a `WasiTrap` for what cannot be sent. */
export function responseToSend({ status, headers }: ResponseParts): {
  readonly head: Extract<ResponseHead, { kind: 'http' }>;
  readonly declaredBytes: number | undefined;
} {
  if (status < FIRST_FINAL_STATUS) throw new WasiTrap(`wasi:http: ${status} is the status of no final response`);
  const length = declaredLength(headers);
  // Two lengths, or one that is none, are how responses are smuggled.
  if (length === undefined && headers.has('content-length')) {
    throw new WasiTrap('wasi:http: the header content-length of the response is not one length');
  }
  return {
    head: { kind: 'http', status, headers: fieldsToSend(headers) },
    declaredBytes: length === undefined ? undefined : Number(length),
  };
}

function fieldsToSend(headers: Fields): HeaderField[] {
  return headers.entries().map(([name, value]) => {
    try {
      return [name, decoder.decode(value)];
    } catch {
      throw new WasiTrap(`wasi:http: the header ${name} is not UTF-8, and the platform sends no other`);
    }
  });
}
