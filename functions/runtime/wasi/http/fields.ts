/** The resource `fields` of `wasi:http/types`: headers or trailers. */
import { isForbiddenField, TOKEN } from '../../../../src/core/http-fields.ts';
import { BYTES_PER_FIELD, MAX_FIELDS_BYTES } from '../../../../src/core/limits.ts';
import { WasiFailure, WasiTrap } from '../failure.ts';
import { Resource } from '../resource.ts';

/** One field; the bytes are of one call and may be shared by copies, for nobody writes to them. */
export type FieldEntry = readonly [name: string, value: Uint8Array];

/** A copy that the guest cannot change: the headers of a request or response that exists. */
export let immutableFields: (fields: Fields) => Fields;

/** Fields that the host has received: the guest may read them, and change a clone. */
export let receivedFields: (entries: readonly FieldEntry[]) => Fields;

/** Number of entries. */
export let fieldsLength: (fields: Fields) => number;

export class Fields extends Resource {
  #entries: FieldEntry[] = [];
  #bytes = 0;
  #frozen = false;

  static {
    fieldsLength = (fields) => fields.#entries.length;
    immutableFields = (fields) => {
      const copy = fields.clone();
      copy.#frozen = true;
      return copy;
    };
    receivedFields = (entries) => {
      const fields = new Fields();
      fields.#entries = [...entries];
      for (const entry of entries) fields.#bytes += sizeOf(entry);
      fields.#frozen = true;
      return fields;
    };
  }

  static fromList(entries: readonly FieldEntry[]): Fields {
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

  entries(): FieldEntry[] {
    return this.#entries.map(([name, value]) => [name, value]);
  }

  clone(): Fields {
    const copy = new Fields();
    copy.#entries = [...this.#entries];
    copy.#bytes = this.#bytes;
    return copy;
  }

  #named(name: string): FieldEntry[] {
    const lower = name.toLowerCase();
    return this.#entries.filter(([other]) => other.toLowerCase() === lower);
  }

  #add(name: string, value: Uint8Array): void {
    const entry: FieldEntry = [name, value.slice()];
    this.#bytes += sizeOf(entry);
    if (this.#bytes > MAX_FIELDS_BYTES) throw new WasiTrap(`wasi:http: fields hold at most ${MAX_FIELDS_BYTES} bytes`);
    this.#entries.push(entry);
  }

  #requireMutable(name: string): void {
    if (this.#frozen) throw new WasiFailure({ tag: 'immutable' });
    if (!TOKEN.test(name)) throw new WasiFailure({ tag: 'invalid-syntax' });
    if (isForbiddenField(name)) throw new WasiFailure({ tag: 'forbidden' });
  }
}

function sizeOf([name, value]: FieldEntry): number {
  return name.length + value.length + BYTES_PER_FIELD;
}

/** A field value has no control characters except tabs (RFC 9110, section 5.5). */
function requireValue(value: Uint8Array): void {
  if (value.some((byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f)) {
    throw new WasiFailure({ tag: 'invalid-syntax' });
  }
}
