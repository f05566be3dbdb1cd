/**
 * What network rules match. An allow rule is read narrowly: without a port it means the default port of the scheme, and only a
 * rule that names a private or metadata address opens it. A deny rule is read widely: every scheme and port that it
 * does not name, and every address that an IPv6 address may be turned into.
 */
import { type AddressBytes, parseAddress } from '../address.ts';
import type { HostRule, NetworkRule } from '../document.ts';
import { inRange, isWithin, rangeOf, rangeOfOne, unmapped } from './ranges.ts';
import { DEFAULT_PORTS } from './request.ts';
import { kindOfName } from './special.ts';
import type { AddressTarget, NetworkTarget } from './target.ts';

type Match = (target: NetworkTarget) => boolean;

/** Compiles an allow rule. */
export function networkAllows(rule: NetworkRule): Match {
  if (rule.kind === 'cidr') {
    const range = rangeOf(rule.cidr);
    return (target) =>
      target.kind === 'address' &&
      inRange(range, target.address) &&
      (target.special === undefined || isWithin(range, target.special));
  }
  const covers = hostCovers(rule, ({ address }) => [address]);
  return (target) =>
    (rule.scheme ?? target.scheme) === target.scheme &&
    (rule.port ?? DEFAULT_PORTS[target.scheme]) === target.port &&
    covers(target) &&
    opens(rule, target);
}

/** Compiles a deny rule. */
export function networkDenies(rule: NetworkRule): Match {
  if (rule.kind === 'cidr') {
    const range = rangeOf(rule.cidr);
    return (target) => target.kind === 'address' && allAddresses(target).some((address) => inRange(range, address));
  }
  const covers = hostCovers(rule, allAddresses);
  return (target) =>
    (rule.scheme ?? target.scheme) === target.scheme && (rule.port ?? target.port) === target.port && covers(target);
}

/** Whether a target is private or a metadata service, so that a rule has to name it. */
export function isGuarded(target: NetworkTarget): boolean {
  return target.kind === 'address' ? target.special !== undefined : target.standing !== 'public';
}

function allAddresses({ address, embedded }: AddressTarget): readonly AddressBytes[] {
  return [address, ...embedded];
}

/** Whether a rule is about a target; `addressesOf` says which addresses a target counts as. */
function hostCovers({ match, host }: HostRule, addressesOf: (target: AddressTarget) => readonly AddressBytes[]): Match {
  if (match === 'any') return () => true;
  if (match === 'subdomains') return (target) => target.kind === 'name' && target.name.endsWith(`.${host}`);
  const literal = parseAddress(host);
  if (literal === undefined) return (target) => target.kind === 'name' && target.name === host;
  const one = rangeOfOne(unmapped(literal));
  return (target) => target.kind === 'address' && addressesOf(target).some((address) => inRange(one, address));
}

/** Whether a rule that covers a guarded target names it: itself, or the private zone that it is in. */
function opens({ match, host }: HostRule, target: NetworkTarget): boolean {
  if (match === 'exact' || !isGuarded(target)) return true;
  const zone = match === 'subdomains' && kindOfName(host) === 'private';
  return zone && target.kind === 'name' && target.standing === 'private';
}
