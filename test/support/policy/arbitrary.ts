/** Random policies, grants and requests over few words, so that rules and requests meet often. */
import * as fc from 'fast-check';
import { type AccessRequest, type Grants, grantsOf, networkRequest, parsePolicy } from '../../../src/policy/index.ts';
import { DEFAULT_MAXIMA } from '../../../src/policy/maxima.ts';

const V4 = [
  '8.8.8.8',
  '8.8.9.1',
  '10.1.2.3',
  '127.0.0.1',
  '169.254.169.254',
  '169.254.1.1',
  '172.16.0.1',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '0.0.0.0',
  '100.64.0.1',
  '168.63.129.16',
];

/** IPv6 texts around an IPv4 address, and some of their own. */
const v6 = fc.oneof(
  fc.constantFrom('2001:db8::1', '2606:4700::1111', '::1', '::', 'fd00:ec2::254', 'fe80::1', 'fc00::1', 'ff02::1'),
  fc
    .tuple(fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:', '2002:', '2001::'), fc.constantFrom(...V4))
    .map(([prefix, v4]) => {
      const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      if (prefix === '2002:') return `2002:${hex}::1`;
      const turned = `${((a * 256 + b) ^ 0xffff).toString(16)}:${((c * 256 + d) ^ 0xffff).toString(16)}`;
      return prefix === '2001::' ? `2001::808:808:0:${turned}` : `${prefix}${hex}`;
    }),
);

const names = fc.constantFrom(
  'example.com',
  'a.example.com',
  'b.a.example.com',
  'badexample.com',
  'localhost',
  'x.localhost',
  'db.internal',
  'metadata.google.internal',
  'intranet',
);

const hosts = fc.oneof(
  names,
  fc.constantFrom(...V4),
  v6.map((text) => `[${text}]`),
);
const scheme = fc.constantFrom('http://', 'https://');
const port = fc.constantFrom('', '', ':80', ':443', ':8443');

const pattern = fc.oneof(
  fc.constantFrom('*', '*.example.com', '*.a.example.com', '*.internal', '*.localhost', '*.com'),
  hosts,
);
const hostText = fc
  .tuple(fc.option(scheme, { nil: '' }), pattern, port)
  .map(([before, host, after]) => `${before}${host}${after}`);
const cidr = fc.oneof(
  fc.tuple(fc.constantFrom(...V4), fc.integer({ min: 0, max: 32 })).map(([text, bits]) => `${text}/${bits}`),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })).map(([text, bits]) => `${text}/${bits}`),
);

const segment = fc.constantFrom('a', 'b', 'ab', 'a.b');
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const pathGlob = fc
  .array(fc.oneof(segment, fc.constantFrom('**', '*', 'a*', '*b', 'a*b')), { maxLength: 4 })
  .map((segments) => `fs:///${segments.join('/')}`);

const store = fc.constantFrom('a', 'ab', 'abc', 'b');
const storeGlob = fc.oneof(store, fc.constantFrom('*', 'a*', 'ab*'));
const topic = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const topicGlob = fc
  .array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'));
const component = fc.constantFrom('shop', 'shops', 'pricing');
const fn = fc.constantFrom('go', 'd:s/p#go', 'd:s/p@1.0.0#go', 'd:s/q@1.0.0#get', 'd:s/p@1.0.0#get', 'p#go');
const fnGlob = fc.oneof(fn, fc.constantFrom('*', 'g*', 'p#*', 'd:s/*', '*#get', 'd:s/p@1.0.0#*'));
const key = fc.constantFrom('A', 'B', 'a', 'AB');

const some = <T>(words: readonly T[]) => fc.subarray([...words], { minLength: 1 });
const KV = ['read', 'write', 'delete'] as const;
const RW = ['read', 'write'] as const;
const PS = ['publish', 'subscribe'] as const;

/** Rules as a document spells them, by capability. */
export const RULES = {
  network: fc.oneof(fc.record({ host: hostText }), fc.record({ cidr })),
  storage: fc.record({ uri: pathGlob, access: some(RW) }),
  environment: fc.record({ key }),
  keyvalue: fc.record({ bucket: storeGlob, access: some(KV) }),
  blobstore: fc.record({ container: storeGlob, access: some(RW) }),
  messaging: fc.record({ topic: topicGlob, access: some(PS) }),
  components: fc.record({
    name: fc.oneof(component, fc.constantFrom('*', 'shop*')),
    functions: some(['go']).chain(() => fc.array(fnGlob, { minLength: 1, maxLength: 2 })),
  }),
};

/** The capabilities that have lists of rules. */
export const RULED = Object.keys(RULES) as (keyof typeof RULES)[];

/** The `permissions` of a document, as plain data. */
export type PermissionsDocument = Readonly<Record<string, { allow?: unknown[]; deny?: unknown[]; level?: string }>>;

const lists = (rule: fc.Arbitrary<unknown>) =>
  fc.record({ allow: fc.array(rule, { maxLength: 3 }), deny: fc.array(rule, { maxLength: 2 }) });

/** A document's permissions, all capabilities at once. */
export const permissionsDocuments: fc.Arbitrary<PermissionsDocument> = fc.record({
  ...Object.fromEntries(RULED.map((name) => [name, lists(RULES[name])])),
  logging: fc.record({ level: fc.constantFrom('off', 'debug', 'warn', 'critical') }),
});

/** Permission strings of every form. */
export const permissionTexts = fc.oneof(
  hostText.map((host) => `http:domain:${host}`),
  fc.constantFrom('http:request', 'log:write', 'kv:read', 'kv:write', 'kv:delete'),
  fc.tuple(fc.constantFrom('fs:read:', 'fs:write:'), pathGlob).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('kv:read:', 'kv:write:', 'blob:read:', 'blob:write:'), storeGlob)
    .map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('msg:publish:', 'msg:subscribe:'), topicGlob).map((parts) => parts.join('')),
  key.map((name) => `env:${name}`),
  component.map((name) => `call:${name}`),
  fc.tuple(component, fnGlob).map(([name, glob]) => `call:${name}#${glob}`),
);

/** What was granted and revoked at run time. */
export const runtimeGrants = fc.record({
  granted: fc.array(permissionTexts, { maxLength: 3 }),
  revoked: fc.subarray([...RULED, 'logging' as const], { maxLength: 3 }),
});

/** Well-formed requests of every capability. */
export const requests: fc.Arbitrary<AccessRequest> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(scheme, hosts, port).map((parts) => requestOf(parts.join(''))) },
  {
    weight: 2,
    arbitrary: fc.record({ capability: fc.constant('storage' as const), path, access: fc.constantFrom(...RW) }),
  },
  fc.record({ capability: fc.constant('environment' as const), key }),
  fc.record({ capability: fc.constant('keyvalue' as const), bucket: store, access: fc.constantFrom(...KV) }),
  fc.record({ capability: fc.constant('blobstore' as const), container: store, access: fc.constantFrom(...RW) }),
  fc.record({ capability: fc.constant('messaging' as const), topic, access: fc.constantFrom(...PS) }),
  fc.record({ capability: fc.constant('components' as const), name: component, function: fn }),
  fc.record({ capability: fc.constant('logging' as const), level: fc.constantFrom('debug', 'info', 'critical') }),
);

function requestOf(url: string): AccessRequest {
  const request = networkRequest(new URL(url));
  if (!request.ok) throw new Error(`${url}: ${request.error}`);
  return request.value;
}

/** The grants that a document means. */
export function grantsFrom(permissions: PermissionsDocument, runtime: Grants['runtime']): Grants {
  const parsed = parsePolicy(JSON.stringify({ permissions }), DEFAULT_MAXIMA);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return grantsOf(parsed.value, runtime);
}
