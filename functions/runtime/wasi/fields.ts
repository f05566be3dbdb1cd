/** The resource `fields` of `wasi:http/types`: headers or trailers. */
import { MAX_FIELDS_BYTES } from '../limits.ts';
import { WasiFailure, WasiTrap } from './failure.ts';
import { Resource } from './resource.ts';

type Entry = readonly [name: string, value: Uint8Array];

/** Field names and methods: `token` of RFC 9110, section 5.6.2. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Fields of one hop of a connection, which is the host's (RFC 9110, section 7.6.1), and the one that routes. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** A copy that the guest cannot change: the headers of a request or response that exists. */
export let immutableFields: (fields: Fields) => Fields;

/** Number of entries. */
export let fieldsLength: (fields: Fields) => number;

export class Fields extends Resource {
  #entries: Entry[] = [];
  #bytes = 0;
  #frozen = false;

  static {
    fieldsLength = (fields) => fields.#entries.length;
    immutableFields = (fields) => {
      const copy = fields.clone();
      copy.#frozen = true;
      return copy;
    };
  }

  static fromList(entries: readonly Entry[]): Fields {
    const fields = new Fields();
    for (const [name, value] of entries) fields.#append(name, value);
    return fields;
  }

  get(name: string): Uint8Array[] {
    return this.#named(name).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#named(name).length > 0;
  }

  set(name: string, values: readonly Uint8Array[]): void {
    this.#requireMutable(name);
    for (const value of values) requireValue(value);
    this.#remove(name);
    for (const value of values) this.#add(name, value);
  }

  delete(name: string): void {
    this.#requireMutable(name);
    this.#remove(name);
  }

  #remove(name: string): void {
    for (const entry of this.#named(name)) this.#bytes -= sizeOf(entry);
    const lower = name.toLowerCase();
    this.#entries = this.#entries.filter(([other]) => other.toLowerCase() !== lower);
  }

  append(name: string, value: Uint8Array): void {
    this.#append(name, value);
  }

  #append(name: string, value: Uint8Array): void {
    this.#requireMutable(name);
    requireValue(value);
    this.#add(name, value);
  }

  entries(): Entry[] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const copy = new Fields();
    copy.#entries = [...this.#entries];
    copy.#bytes = this.#bytes;
    return copy;
  }

  #named(name: string): Entry[] {
    const lower = name.toLowerCase();
    return this.#entries.filter(([other]) => other.toLowerCase() === lower);
  }

  #add(name: string, value: Uint8Array): void {
    const entry: Entry = [name, value.slice()];
    this.#bytes += sizeOf(entry);
    if (this.#bytes > MAX_FIELDS_BYTES) throw new WasiTrap(`wasi:http: fields hold at most ${MAX_FIELDS_BYTES} bytes`);
    this.#entries.push(entry);
  }

  #requireMutable(name: string): void {
    if (this.#frozen) throw new WasiFailure({ tag: 'immutable' });
    if (!TOKEN.test(name)) throw new WasiFailure({ tag: 'invalid-syntax' });
    if (FORBIDDEN.has(name.toLowerCase())) throw new WasiFailure({ tag: 'forbidden' });
  }
}

/** What an entry takes, with the 32 bytes that HTTP/2 counts for each (RFC 9113, section 6.5.2). */
function sizeOf([name, value]: Entry): number {
  return name.length + value.length + 32;
}

/** A field value has no control characters except tabs (RFC 9110, section 5.5). */
function requireValue(value: Uint8Array): void {
  if (value.some((byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f)) {
    throw new WasiFailure({ tag: 'invalid-syntax' });
  }
}
