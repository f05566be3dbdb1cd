/**
 * Addresses and names that lead into somebody's own network instead of the internet: only a rule that names them opens
 * them. After IANA's special-purpose registries (RFC 6890) and the metadata services of the large clouds.
 */
import type { AddressBytes } from '../address.ts';
import { type AddressRange, inRange, rangeOf, rangeOfOne } from './ranges.ts';

const SPECIAL: readonly AddressRange[] = [
  '0.0.0.0/8', // this network, unspecified
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks between networks
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '::/128', // unspecified
  '::1/128', // loopback
  '64:ff9b:1::/48', // NAT64 of a local network
  '100::/64', // discard
  'fc00::/7', // unique-local
  'fe80::/10', // link-local
  'fec0::/10', // site-local
  'ff00::/8', // multicast
  // Metadata services: each a range of its own, so that naming the range around one does not open it.
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
].map(rangeOf);

const PRIVATE_ZONES = ['localhost', 'local', 'internal', 'home.arpa'];
const METADATA_NAMES = ['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal'];

/**
 * The narrowest special range around an address: a rule must lie within it to open the address. Undefined for an address
 * of the internet. An IPv6 address that a gateway turns into a special IPv4 address is a range of its own.
 */
export function specialRangeOf(address: AddressBytes): AddressRange | undefined {
  if (embeddedIn(address).some((inner) => specialRangeOf(inner) !== undefined)) return rangeOfOne(address);
  return SPECIAL.filter((range) => inRange(range, address)).reduce<AddressRange | undefined>(
    (narrowest, range) => (narrowest === undefined || range.prefix > narrowest.prefix ? range : narrowest),
    undefined,
  );
}

/** The IPv4 addresses that translators and tunnels read out of an IPv6 address: NAT64, 6to4, Teredo and their elders. */
export function embeddedIn(address: AddressBytes): readonly AddressBytes[] {
  if (address.length !== 16) return [];
  for (const { range, read } of EMBEDDINGS) if (inRange(range, address)) return read(address);
  return [];
}

const last4 = (address: AddressBytes) => [address.slice(12)];

const EMBEDDINGS: readonly { range: AddressRange; read: (address: AddressBytes) => readonly AddressBytes[] }[] = [
  { range: rangeOf('::/96'), read: (address) => (isTiny(address) ? [] : last4(address)) },
  { range: rangeOf('::ffff:0:0:0/96'), read: last4 },
  { range: rangeOf('64:ff9b::/96'), read: last4 },
  { range: rangeOf('2002::/16'), read: (address) => [address.slice(2, 6)] },
  // Teredo: the server's address, and the client's with every bit turned.
  {
    range: rangeOf('2001::/32'),
    read: (address) => [address.slice(4, 8), address.slice(12).map((byte) => byte ^ 0xff)],
  },
];

/** `::` and `::1` have their own ranges; neither is an IPv4 address in disguise. */
function isTiny(address: AddressBytes): boolean {
  return address.slice(0, 15).every((byte) => byte === 0) && (address[15] ?? 0) <= 1;
}

/**
 * What a name is, as far as a name can tell: `metadata` names a metadata service, `private` is a name that only a local
 * network resolves (a single label too), `public` every other.
 */
export function kindOfName(name: string): 'public' | 'private' | 'metadata' {
  if (METADATA_NAMES.includes(name)) return 'metadata';
  if (!name.includes('.')) return 'private';
  return PRIVATE_ZONES.some((zone) => name.endsWith(`.${zone}`) || name === zone) ? 'private' : 'public';
}
