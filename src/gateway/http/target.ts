/** Pure: which component a request is for, by its path or by its host name, and what the component sees of the address. */
import { COMPONENT_NAME } from '../../core/names.ts';

/** Where a component's handler is entered. */
export interface HttpTarget {
  readonly component: string;
  /** Path and query without the prefix, letter for letter as the client sent them. */
  readonly pathWithQuery: string;
  /** The prefix; empty on a component's own host name. */
  readonly prefix: string;
}

const PREFIX = '/http/';

/** Path and query of a URL, as they were sent: a parser would take dot segments out, and encode. */
export function rawPath(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  return start === -1 ? '/' : url.slice(start).replace(/#.*$/s, '');
}

/** The target of `/http/{component}…`; the name is not checked. Undefined for another path. */
export function targetOfPath(pathWithQuery: string): HttpTarget | undefined {
  if (!pathWithQuery.startsWith(PREFIX)) return undefined;
  const [component = ''] = pathWithQuery.slice(PREFIX.length).split(/[/?]/, 1);
  const prefix = `${PREFIX}${component}`;
  const rest = pathWithQuery.slice(prefix.length);
  return { component, pathWithQuery: rest.startsWith('/') ? rest : `/${rest}`, prefix };
}

/**
 * The label before `domain` of a host name that is below it: a component's name, or anything else that is no name of the
 * platform. Undefined for all other hosts. Ports, upper case and a dot at the end make no difference.
 */
export function labelOfHost(host: string, domain: string | undefined): string | undefined {
  const below = normalised(domain ?? '').replace(/^\*?\./, '');
  const name = normalised(host);
  if (below === '' || !name.endsWith(`.${below}`)) return undefined;
  return name.slice(0, -below.length - 1);
}

/** Whether a label is a component's name. */
export function isComponentName(label: string): boolean {
  return COMPONENT_NAME.test(label);
}

function normalised(host: string): string {
  return host.trim().toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}
