/** Host patterns of network rules: `api.example.com`, `*.example.com`, `*`, with a scheme or a port where wanted. */

import { err, ok } from '../core/result.ts';
import { formatAddress, parseAddress } from './address.ts';
import type { HostRule } from './document.ts';
import { type Reading, shown } from './units.ts';

const FORMS = 'write a host such as api.example.com, *.example.com, https://api.example.com or localhost:8080';
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Reads a pattern into its normal form. Wassette's own examples end a host in `/` (`https://host/`): that is read too. */
export function readHost(given: unknown): Reading<HostRule> {
  if (typeof given !== 'string' || given === '') return err(`${shown(given)} is not a host: ${FORMS}`);
  const wrong = (why: string): Reading<never> => err(`host ${shown(given)} ${why}: ${FORMS}`);
  // Anything outside ASCII has look-alikes and several normal forms; punycode has one.
  if (/[^\0-\x7f]/.test(given)) return wrong('is not ASCII; write an international name in punycode (xn--…)');
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^:/?#@\s]*)(?::([^/?#@]*))?(.*)$/s.exec(
    given.toLowerCase(),
  );
  const [, scheme, name = '', portText, rest = ''] = parts ?? [];
  if (parts === null) return wrong('cannot be read');
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    return wrong(`has the scheme ${scheme}; only http and https leave a component`);
  if (rest.startsWith('/') && rest !== '/') return wrong('has a path; rules are about hosts, so leave it out');
  if (rest !== '' && rest !== '/') return wrong(`has ${shown(rest)} behind the name`);
  const port = portText === undefined ? undefined : readPort(portText);
  if (port === null) return wrong('has a port that is not a number from 1 to 65535');
  const target = readName(name);
  if (!target.ok) return wrong(target.error);
  return ok({
    kind: 'host',
    ...target.value,
    ...(scheme === undefined ? {} : { scheme }),
    ...(port === undefined ? {} : { port }),
  });
}

/** A pattern's one spelling: `https://*.example.com:8443`. */
export function formatHost({ match, host, scheme, port }: HostRule): string {
  const name = match === 'subdomains' ? `*.${host}` : host.includes(':') ? `[${host}]` : host;
  return `${scheme === undefined ? '' : `${scheme}://`}${name}${port === undefined ? '' : `:${port}`}`;
}

function readPort(text: string): number | null {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

function readName(name: string): Reading<Pick<HostRule, 'match' | 'host'>> {
  if (name === '*') return ok({ match: 'any', host: '*' });
  if (name.startsWith('[')) {
    const address = parseAddress(name.slice(1, -1));
    return address?.length === 16
      ? ok({ match: 'exact', host: formatAddress(address) })
      : err('is not an IPv6 address');
  }
  const wildcard = name.startsWith('*.');
  const domain = (wildcard ? name.slice(2) : name).replace(/\.$/, '');
  if (domain === '') return err('names no host');
  if (domain.includes('*')) return err('may have a * only as its whole first label');
  const labels = domain.split('.');
  const bad = labels.find((label) => !LABEL.test(label));
  if (bad !== undefined)
    return err(bad === '' ? 'has an empty label' : `has ${shown(bad)}, which is no label of a host name`);
  if (domain.length > 253) return err('is longer than 253 characters');
  // 127.1, 0x7f.0.0.1 and 2130706433 are addresses to a URL parser, so they must not pass as names here.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    if (wildcard) return err('puts a wildcard before an address; use a cidr rule');
    if (parseAddress(domain) === undefined) return err('is not an IPv4 address in its plain form');
  }
  return ok({ match: wildcard ? 'subdomains' : 'exact', host: domain });
}
