/** The host of a network request as rules see it: an address, or a name in its one spelling. */
import { type AddressBytes, parseAddress } from '../address.ts';
import { type AddressRange, unmapped } from './ranges.ts';
import { embeddedIn, kindOfName, specialRangeOf } from './special.ts';

/** Where a request goes. */
export type NetworkTarget = (AddressTarget | NameTarget) & { readonly scheme: 'http' | 'https'; readonly port: number };

/** A request to an address. */
export interface AddressTarget {
  readonly kind: 'address';
  /** IPv4 for an IPv4-mapped IPv6 address. */
  readonly address: AddressBytes;
  /** IPv4 addresses that a gateway may make of it. */
  readonly embedded: readonly AddressBytes[];
  /** The range that a rule must lie within to open it; undefined for an address of the internet. */
  readonly special: AddressRange | undefined;
}

/** A request to a name. */
export interface NameTarget {
  readonly kind: 'name';
  readonly name: string;
  readonly standing: 'public' | 'private' | 'metadata';
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Reads a host that a URL parser has been through; undefined for what is no host, which nothing allows. */
export function hostOf(text: string): AddressTarget | NameTarget | undefined {
  const bytes = parseAddress(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);
  if (bytes !== undefined) {
    const address = unmapped(bytes);
    return { kind: 'address', address, embedded: embeddedIn(address), special: specialRangeOf(address) };
  }
  const name = text.toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((label) => LABEL.test(label))) return undefined;
  // 127.1 and 2130706433 are addresses to a URL parser: who still has one as text has not parsed it.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return undefined;
  return { kind: 'name', name, standing: kindOfName(name) };
}
