/** The schema of `permissions`: rules per capability, each pattern read into its normal form. */

import * as z from 'zod';
import { err, ok } from '../core/result.ts';
import { readCidr } from './address.ts';
import {
  BLOB_ACCESS,
  KEY_VALUE_ACCESS,
  KEY_VALUE_STORES,
  type KeyValueRule,
  LOG_LEVELS,
  MESSAGING_ACCESS,
  type NetworkRule,
  STORAGE_ACCESS,
} from './document.ts';
import { readHost } from './host.ts';
import * as patterns from './patterns.ts';
import { field, list, required, section, wordSet } from './schema-parts.ts';
import { shown } from './units.ts';
import { ipcSchema, resourcesSchema, runtimeSchema } from './wassette.ts';

function rules<Allow extends z.ZodType, Deny extends z.ZodType>(allow: Allow, deny: Deny) {
  return section({ allow: list(allow), deny: list(deny) }).optional();
}

function access<const W extends string>(words: readonly W[]) {
  return wordSet(words, patterns.readWord(words));
}

const networkTarget = { host: field(readHost), cidr: field(readCidr) };

/** Wassette's built-in list of public hosts: tolerated where leaving it out only narrows (see `ignoredFields`). */
const defaultHosts = field((given) =>
  given === true ? ok(true) : err(`${shown(given)} is not true: leave the entry out`),
);

const networkAllow = section({ ...networkTarget, defaults: defaultHosts }).transform((entry, context) => {
  if (entry.defaults === true && entry.host === undefined && entry.cidr === undefined) return undefined;
  return oneTarget(entry.defaults === true ? {} : entry, context);
});

const networkDeny = section({
  ...networkTarget,
  defaults: field(() => err('denying the default hosts is not supported: name the hosts to deny')),
}).transform(oneTarget);

function oneTarget(
  entry: { host?: NetworkRule | undefined; cidr?: NetworkRule | undefined },
  context: { addIssue(message: string): void },
): NetworkRule {
  const [only, another] = [entry.host, entry.cidr].filter((rule) => rule !== undefined);
  if (only !== undefined && another === undefined) return only;
  context.addIssue('write exactly one of host and cidr in an entry');
  return z.NEVER;
}

const key = required(patterns.readEnvironmentKey);
const environmentAllow = list(section({ key, value: field(patterns.readEnvironmentValue) })).superRefine(
  (entries, context) => {
    const values = new Map<string, string | undefined>();
    for (const [index, entry] of (entries ?? []).entries()) {
      if (values.has(entry.key) && values.get(entry.key) !== entry.value) {
        const message = `${entry.key} is there twice with different values: keep one`;
        context.addIssue({ code: 'custom', message, path: [index, 'key'] });
      }
      values.set(entry.key, entry.value);
    }
  },
);

const storage = section({ uri: required(patterns.readStoragePath), access: access(STORAGE_ACCESS) }).transform(
  (entry) => ({ path: entry.uri, access: entry.access }),
);
const bucket = required(patterns.readStoreName('bucket name'));
const keyvalueAllow = section({
  bucket,
  access: access(KEY_VALUE_ACCESS),
  store: field(patterns.readWord(KEY_VALUE_STORES)),
}).transform(({ store, ...rule }): KeyValueRule => (store === 'kv' ? { ...rule, store } : rule));
const keyvalueDeny = section({ bucket, access: access(KEY_VALUE_ACCESS) });

/** A pattern that two rules keep in different places is a mistake: half of what is written would not be found. */
const keyvalueAllows = list(keyvalueAllow).superRefine((entries, context) => {
  const stores = new Map<string, KeyValueRule['store']>();
  for (const [index, entry] of (entries ?? []).entries()) {
    if (stores.has(entry.bucket) && stores.get(entry.bucket) !== entry.store) {
      const message = `${entry.bucket} is there twice with different stores: write the same store in both rules`;
      context.addIssue({ code: 'custom', message, path: [index, 'bucket'] });
    }
    stores.set(entry.bucket, entry.store);
  }
});
const blobstore = section({
  container: required(patterns.readStoreName('container name')),
  access: access(BLOB_ACCESS),
});
const messaging = section({ topic: required(patterns.readTopic), access: access(MESSAGING_ACCESS) });
// A rule that names no functions is about all of them, as the permission string `call:<component>` is.
const components = section({
  name: required(patterns.readComponentName),
  functions: list(required(patterns.readWitGlob)),
}).transform((entry) => ({ name: entry.name, functions: entry.functions ?? ['*'] }));

/** `permissions`, Wassette's own sections included. */
export const permissionsSchema = section({
  network: rules(networkAllow, networkDeny),
  storage: rules(storage, storage),
  environment: section({ allow: environmentAllow, deny: list(section({ key })) }).optional(),
  keyvalue: section({ allow: keyvalueAllows, deny: list(keyvalueDeny) }).optional(),
  blobstore: rules(blobstore, blobstore),
  messaging: rules(messaging, messaging),
  components: rules(components, components),
  logging: section({ level: field(patterns.readWord(LOG_LEVELS)) }).optional(),
  resources: resourcesSchema.optional(),
  runtime: runtimeSchema.optional(),
  ipc: ipcSchema.optional(),
});

/** `permissions` after its schema; `undefined` among the network rules is an entry without effect. */
export type PermissionsInput = z.output<typeof permissionsSchema>;

/** The fields of `permissions` that were accepted and have no effect, as paths. */
export function ignoredFields(permissions: PermissionsInput | undefined): string[] {
  const ignored = (permissions?.network?.allow ?? []).flatMap((rule, index) =>
    rule === undefined ? [`permissions.network.allow[${index}].defaults`] : [],
  );
  if (permissions?.resources?.io !== undefined) ignored.push('permissions.resources.io');
  if (permissions?.runtime !== undefined) ignored.push('permissions.runtime');
  if (permissions?.ipc !== undefined) ignored.push('permissions.ipc');
  return ignored;
}
