/** IP addresses and ranges in canonical text: one spelling per address, so that a deny rule cannot be spelt around. */

import { err, ok } from '../core/result.ts';
import type { CidrRule } from './document.ts';
import { type Reading, shown } from './units.ts';

/** An address as its bytes: 4 or 16 of them. */
export type AddressBytes = readonly number[];

const FORMS = 'write an IPv4 or IPv6 range such as 203.0.113.0/24 or 2001:db8::/32';
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/** The bytes of a dotted-quad IPv4 or an RFC 4291 IPv6 address (no zone, no brackets); undefined for anything else. */
export function parseAddress(text: string): AddressBytes | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** Canonical text: dotted quad, or RFC 5952 (lower case, longest run of zeros as `::`). */
export function formatAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

/** `10.1.2.3/8` becomes `10.0.0.0/8`; an IPv4-mapped IPv6 range becomes the IPv4 range that it is. */
export function readCidr(given: unknown): Reading<CidrRule> {
  const parts = typeof given === 'string' ? /^([^/\s]+)\/(\d{1,3})$/.exec(given) : null;
  const address = parseAddress(parts?.[1] ?? '');
  if (parts === null || address === undefined) return err(`${shown(given)} is not a network range: ${FORMS}`);
  const prefix = Number(parts[2]);
  const bits = address.length * 8;
  if (prefix > bits) return err(`${shown(given)} has a prefix above /${bits}: ${FORMS}`);
  const mapped = prefix >= 96 && address.length === 16 && MAPPED_PREFIX.every((byte, i) => address[i] === byte);
  return ok(mapped ? range(address.slice(12), prefix - 96) : range(address, prefix));
}

function range(address: AddressBytes, prefix: number): CidrRule {
  const network = address.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return { kind: 'cidr', family: address.length === 4 ? 4 : 6, cidr: `${formatAddress(network)}/${prefix}` };
}

function parseV4(text: string): AddressBytes | undefined {
  // No leading zeros: some parsers read 010 as octal, and two readings of one rule are a hole.
  const parts = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  const bytes = parts?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseV6(text: string): AddressBytes | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (mayEndInV4 && index === groups.length - 1 && group.includes('.')) {
      const v4 = parseV4(group);
      if (v4 === undefined) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}
