/** Ranges of addresses: membership, and which range lies within which. */
import { type AddressBytes, parseAddress } from '../address.ts';

/** The addresses that share the first `prefix` bits of `address`. */
export interface AddressRange {
  readonly address: AddressBytes;
  readonly prefix: number;
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** The range of a canonical text such as `10.0.0.0/8`; a broken one is a broken invariant, since `readCidr` made it. */
export function rangeOf(cidr: string): AddressRange {
  const [text = '', prefix = ''] = cidr.split('/');
  const address = parseAddress(text);
  if (address === undefined || !/^\d+$/.test(prefix)) throw new Error(`not a range: ${cidr}`);
  return { address, prefix: Number(prefix) };
}

/** Tells whether an address is in a range; the families are apart. */
export function inRange(range: AddressRange, address: AddressBytes): boolean {
  if (range.address.length !== address.length) return false;
  for (let bit = 0; bit < range.prefix; bit += 8) {
    const mask = (0xff << (8 - Math.min(8, range.prefix - bit))) & 0xff;
    const at = bit / 8;
    if (((range.address[at] ?? 0) & mask) !== ((address[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** Tells whether all of `inner` is in `outer`. */
export function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner.prefix >= outer.prefix && inRange(outer, inner.address);
}

/** The range of one address. */
export function rangeOfOne(address: AddressBytes): AddressRange {
  return { address, prefix: address.length * 8 };
}

/** An IPv4-mapped IPv6 address is the IPv4 address that it is a spelling of; others stay. */
export function unmapped(address: AddressBytes): AddressBytes {
  const mapped = address.length === 16 && MAPPED_PREFIX.every((byte, at) => address[at] === byte);
  return mapped ? address.slice(12) : address;
}
