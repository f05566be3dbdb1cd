/** From a URL to the question that `decide` answers. */
import { err, ok, type Result } from '../../core/result.ts';
import type { AccessRequest } from '../access.ts';
import { formatAddress } from '../address.ts';
import { hostOf } from './target.ts';

/** A question about the network. */
export type NetworkRequest = Extract<AccessRequest, { readonly capability: 'network' }>;

/** What a scheme stands for where no port is named. */
export const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/**
 * The request of a parsed URL, its host in the one spelling that rules are compared with: no brackets, no trailing dot,
 * an IPv4-mapped IPv6 address as IPv4. Refused: other schemes, user info (it is only there to mislead), ports that are 0.
 */
export function networkRequest(url: URL): Result<NetworkRequest, string> {
  const scheme = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : undefined;
  if (scheme === undefined) return err('only http and https leave a component');
  if (url.username !== '' || url.password !== '') return err('the URL has user info before its host');
  const host = hostOf(url.hostname);
  if (host === undefined) return err('the URL has no usable host');
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port);
  if (port < 1 || port > 65_535) return err('the URL has no usable port');
  return ok({
    capability: 'network',
    scheme,
    host: host.kind === 'address' ? formatAddress(host.address) : host.name,
    port,
  });
}
