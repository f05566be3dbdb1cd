/** Permission strings: what a grant at run time says, `kv:read:cache`, as the allow rule that it means. */
import { err, ok } from '../core/result.ts';
import type { CapabilityName } from './access.ts';
import { readCidr } from './address.ts';
import { LOGGING_DEFAULTS } from './defaults.ts';
import type {
  BlobAccess,
  BlobRule,
  ComponentRule,
  EnvironmentRule,
  KeyValueAccess,
  KeyValueRule,
  LogLevel,
  MessagingAccess,
  MessagingRule,
  NetworkRule,
  StorageAccess,
  StorageRule,
} from './document.ts';
import { formatHost, readHost } from './host.ts';
import { nearest } from './nearest.ts';
import * as patterns from './patterns.ts';
import { type Reading, shown } from './units.ts';

/** The allow rules of each capability. */
export interface AllowRules {
  readonly network: NetworkRule;
  readonly storage: StorageRule;
  readonly environment: EnvironmentRule;
  readonly keyvalue: KeyValueRule;
  readonly blobstore: BlobRule;
  readonly messaging: MessagingRule;
  readonly components: ComponentRule;
  readonly logging: { readonly level: LogLevel };
}

/** A permission of one capability; `text` is its one spelling. */
export interface PermissionOf<C extends CapabilityName> {
  readonly capability: C;
  readonly rule: AllowRules[C];
  readonly text: string;
}

/** A permission that was read. */
export type Permission = { readonly [C in CapabilityName]: PermissionOf<C> }[CapabilityName];

interface Form {
  readonly capability: CapabilityName;
  /** How it is written, for messages. */
  readonly spelling: string;
  /** What stands behind the last colon: never something, if wanted, or always. */
  readonly argument: 'none' | 'optional' | 'required';
  readonly read: (argument: string) => Reading<Permission>;
}

const HEAD = /^(env|call|[a-z]+:[a-z]+)(?::(.*))?$/s;
const readBucket = patterns.readStoreName('bucket name');
const readContainer = patterns.readStoreName('container name');

const FORMS = new Map<string, Form>([
  ['http:request', { capability: 'network', spelling: 'http:request', argument: 'none', read: () => domain('*') }],
  ['http:domain', { capability: 'network', spelling: 'http:domain:<host>', argument: 'required', read: domain }],
  ['http:cidr', { capability: 'network', spelling: 'http:cidr:<range>', argument: 'required', read: range }],
  ['fs:read', storage('read')],
  ['fs:write', storage('write')],
  ['env', { capability: 'environment', spelling: 'env:<key>', argument: 'required', read: environment }],
  ['kv:read', keyValue('read')],
  ['kv:write', keyValue('write')],
  ['kv:delete', keyValue('delete')],
  ['blob:read', blob('read')],
  ['blob:write', blob('write')],
  ['msg:publish', messaging('publish')],
  ['msg:subscribe', messaging('subscribe')],
  ['call', { capability: 'components', spelling: 'call:<component>[#function]', argument: 'required', read: call }],
  ['log:write', { capability: 'logging', spelling: 'log:write', argument: 'none', read: log }],
]);

/** How permissions are written: those of a capability, or all. */
export function permissionForms(capability?: CapabilityName): readonly string[] {
  const forms = [...FORMS.values()].filter((form) => capability === undefined || form.capability === capability);
  return forms.map(({ spelling }) => spelling);
}

/** Reads a permission string of any capability. Its error says what was meant or what can be written. */
export function readPermission(given: unknown): Reading<Permission> {
  const [, head = '', argument] = typeof given === 'string' ? (HEAD.exec(given) ?? []) : [];
  const form = FORMS.get(head);
  if (form === undefined) return err(`${shown(given)} is not a permission: ${hintFor(given)}`);
  const fits = argument === undefined ? form.argument !== 'required' : form.argument !== 'none' && argument !== '';
  return fits ? form.read(argument ?? '') : err(`${shown(given)} is not a permission: write ${form.spelling}`);
}

/** The form that a permission with an unknown beginning most likely means. */
export function nearestForm(given: string): string | undefined {
  if (FORMS.has(HEAD.exec(given)?.[1] ?? '')) return undefined;
  const words = given.slice(0, 80).split(':');
  const head = nearest(words.slice(0, 2).join(':'), [...FORMS.keys()]) ?? nearest(words[0] ?? '', ['env', 'call']);
  return head === undefined ? undefined : FORMS.get(head)?.spelling;
}

function hintFor(given: unknown): string {
  const meant = typeof given === 'string' ? nearestForm(given) : undefined;
  return meant === undefined ? `write one of ${permissionForms().join(', ')}` : `did you mean ${meant}?`;
}

function made<V>(read: Reading<V>, make: (value: V) => Permission): Reading<Permission> {
  return read.ok ? ok(make(read.value)) : read;
}

function domain(host: string): Reading<Permission> {
  return made(readHost(host), (rule) => {
    const text = rule.match === 'any' && host === '*' ? 'http:request' : `http:domain:${formatHost(rule)}`;
    return { capability: 'network', rule, text };
  });
}

function range(cidr: string): Reading<Permission> {
  return made(readCidr(cidr), (rule) => ({ capability: 'network', rule, text: `http:cidr:${rule.cidr}` }));
}

function storage(access: StorageAccess): Form {
  const read = (path: string) =>
    made(patterns.readStoragePath(path.startsWith('fs://') ? path : `fs://${path}`), (normal) => ({
      capability: 'storage',
      rule: { path: normal, access: [access] },
      text: `fs:${access}:${normal}`,
    }));
  return { capability: 'storage', spelling: `fs:${access}:<path>`, argument: 'required', read };
}

function environment(given: string): Reading<Permission> {
  return made(patterns.readEnvironmentKey(given), (key) => ({
    capability: 'environment',
    rule: { key },
    text: `env:${key}`,
  }));
}

function keyValue(access: KeyValueAccess): Form {
  const read = (given: string) =>
    made(given === '' ? ok('*') : readBucket(given), (bucket) => ({
      capability: 'keyvalue',
      rule: { bucket, access: [access] },
      text: bucket === '*' ? `kv:${access}` : `kv:${access}:${bucket}`,
    }));
  return { capability: 'keyvalue', spelling: `kv:${access}[:<bucket>]`, argument: 'optional', read };
}

function blob(access: BlobAccess): Form {
  const read = (given: string) =>
    made(readContainer(given), (container) => ({
      capability: 'blobstore',
      rule: { container, access: [access] },
      text: `blob:${access}:${container}`,
    }));
  return { capability: 'blobstore', spelling: `blob:${access}:<container>`, argument: 'required', read };
}

function messaging(access: MessagingAccess): Form {
  const read = (given: string) =>
    made(patterns.readTopic(given), (topic) => ({
      capability: 'messaging',
      rule: { topic, access: [access] },
      text: `msg:${access}:${topic}`,
    }));
  return { capability: 'messaging', spelling: `msg:${access}:<topic>`, argument: 'required', read };
}

function call(target: string): Reading<Permission> {
  const hash = target.indexOf('#');
  const functions = hash < 0 ? ok('*') : patterns.readWitGlob(target.slice(hash + 1));
  if (!functions.ok) return functions;
  return made(patterns.readComponentName(hash < 0 ? target : target.slice(0, hash)), (name) => ({
    capability: 'components',
    rule: { name, functions: [functions.value] },
    text: `call:${target}`,
  }));
}

function log(): Reading<Permission> {
  return ok({ capability: 'logging', rule: LOGGING_DEFAULTS, text: 'log:write' });
}
