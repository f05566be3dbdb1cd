/** Network rules, slowly: addresses are big numbers, ranges have a first and a last one, guarded ranges are listed by both. */
import type { AccessRequest } from '../../../src/policy/access.ts';
import type { HostRule, NetworkRule } from '../../../src/policy/document.ts';

type Request = Extract<AccessRequest, { capability: 'network' }>;

/** IPv4 addresses are numbers of their own; an IPv6 one stands far above them. */

const FAMILY = 1n << 200n;

/** The number of an address in text, IPv4-mapped ones as IPv4; undefined for a name. */
export function numberOf(host: string): bigint | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  if (!host.includes(':')) return undefined;
  const [head = '', tail = ''] = host.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...new Array<string>(host.includes('::') ? missing : 0).fill('0'), ...groups(tail)];
  const value = all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return value >> 32n === 0xffffn ? value & 0xffffffffn : FAMILY + value;
}

type Span = readonly [first: bigint, last: bigint];

function span(cidr: string): Span {
  const [text = '', bits = ''] = cidr.split('/');
  const size = 1n << BigInt((text.includes(':') ? 128 : 32) - Number(bits));
  const first = text.includes(':') ? numberOf6(text) : (numberOf(text) ?? 0n);
  return [first, first + size - 1n];
}

/** As written, without turning mapped addresses into IPv4. */
function numberOf6(text: string): bigint {
  const value = numberOf(text) ?? 0n;
  return value < FAMILY ? FAMILY + 0xffff00000000n + value : value;
}

const GUARDED: readonly Span[] = (
  [
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.0', '127.255.255.255'],
    ['169.254.0.0', '169.254.255.255'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.0.0.0', '192.0.0.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['198.18.0.0', '198.19.255.255'],
    ['224.0.0.0', '255.255.255.255'],
    ['::', '::1'],
    ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
    ['100::', '100::ffff:ffff:ffff:ffff'],
    ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['fe80::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ] as const
).map(([first, last]) => [numberOf(first) ?? 0n, numberOf(last) ?? 0n]);

/** Ranges that a rule may name as a whole; `224.0.0.0/3` is two of them, and so is `::/127`. */
const NAMEABLE: readonly Span[] = [
  ...GUARDED.filter(([first]) => ![numberOf('224.0.0.0'), numberOf('::'), numberOf('fe80::')].includes(first)),
  ...['224.0.0.0/4', '240.0.0.0/4', '::/128', '::1/128', 'fe80::/10', 'fec0::/10'].map(span),
];

const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
].map((host) => numberOf(host) ?? 0n);

const within = ([first, last]: Span, address: bigint) => first <= address && address <= last;

/** The IPv4 numbers inside an IPv6 number. */
function inside(address: bigint): readonly bigint[] {
  if (address < FAMILY) return [];
  const value = address - FAMILY;
  const low = value & 0xffffffffn;
  if (value >> 32n === 0n) return value <= 1n ? [] : [low];
  if (value >> 32n === 0xffff0000n || value >> 32n === 0x64ff9b0000000000000000n) return [low];
  if (value >> 112n === 0x2002n) return [(value >> 80n) & 0xffffffffn];
  if (value >> 96n === 0x20010000n) return [(value >> 64n) & 0xffffffffn, low ^ 0xffffffffn];
  return [];
}

const isGuardedNumber = (address: bigint): boolean =>
  METADATA.includes(address) || GUARDED.some((range) => within(range, address));

/** Whether a range is narrow enough to name a guarded address. */
function names(range: Span, address: bigint): boolean {
  const isOne = range[0] === range[1];
  if (METADATA.includes(address) || inside(address).some(isGuardedNumber)) return isOne;
  return NAMEABLE.some((whole) => within(whole, address) && within(whole, range[0]) && within(whole, range[1]));
}

const LOCAL = /(^|\.)(localhost|local|internal|home\.arpa)$/;
const METADATA_NAMES = ['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal'];

const isPrivateName = (name: string) => !name.includes('.') || LOCAL.test(name);

/** Whether a rule is about the host of a request, ports and guards aside. */
function isAbout(rule: HostRule, host: string, addresses: readonly bigint[]): boolean {
  if (rule.match === 'any') return true;
  if (rule.match === 'subdomains') return addresses.length === 0 && host.endsWith(`.${rule.host}`);
  const named = numberOf(rule.host);
  return named === undefined ? addresses.length === 0 && host === rule.host : addresses.includes(named);
}

/** Whether an allow rule lets a request through. */
export function allowsNetwork(rule: NetworkRule, { host, scheme, port }: Request): boolean {
  const address = numberOf(host);
  const guarded =
    address === undefined
      ? isPrivateName(host) || METADATA_NAMES.includes(host)
      : [address, ...inside(address)].some(isGuardedNumber);
  if (rule.kind === 'cidr') {
    const range = span(rule.cidr);
    return address !== undefined && within(range, address) && (!guarded || names(range, address));
  }
  if (rule.scheme !== undefined && rule.scheme !== scheme) return false;
  if (port !== (rule.port ?? { http: 80, https: 443 }[scheme])) return false;
  if (!isAbout(rule, host, address === undefined ? [] : [address])) return false;
  if (!guarded || rule.match === 'exact') return true;
  return rule.match === 'subdomains' && isPrivateName(rule.host) && !METADATA_NAMES.includes(host);
}

/** Whether a deny rule stops a request. */
export function deniesNetwork(rule: NetworkRule, { host, scheme, port }: Request): boolean {
  const address = numberOf(host);
  const addresses = address === undefined ? [] : [address, ...inside(address)];
  if (rule.kind === 'cidr') return addresses.some((one) => within(span(rule.cidr), one));
  const sameWay = (rule.scheme ?? scheme) === scheme && (rule.port ?? port) === port;
  return sameWay && isAbout(rule, host, addresses);
}
