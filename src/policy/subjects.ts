/** Per capability: what of a request its rules look at, and how a rule becomes a matcher. */
import type { AccessRequest, CapabilityName } from './access.ts';
import {
  type BlobRule,
  type ComponentRule,
  type KeyValueRule,
  LOG_LEVELS,
  type LogLevel,
  type MessagingRule,
  type NetworkRule,
  type StorageRule,
} from './document.ts';
import { functionMatcher, isFunctionName, spellingsOf } from './function-names.ts';
import { isComponentName, isEnvironmentKey, isStoreName, isTopic, prefixMatcher, topicMatcher } from './names.ts';
import { isGuarded, networkAllows, networkDenies } from './network/matchers.ts';
import { hostOf, type NetworkTarget } from './network/target.ts';
import { normalisePath, pathMatcher, segmentsOf } from './path.ts';

/** A request of one capability. */
export type RequestOf<C extends CapabilityName> = Extract<AccessRequest, { readonly capability: C }>;

/** How one capability's rules are compiled and asked. */
export interface Subject<Request, Allow, Deny, Target> {
  /** What the rules see; undefined for a request that is not well formed, which nothing allows. */
  targetOf(request: Request): Target | undefined;
  allows(rule: Allow): (target: Target) => boolean;
  denies(rule: Deny): (target: Target) => boolean;
  /** Why a target that no rule allows is refused, where there is more to say than that. */
  hint?(target: Target): string | undefined;
}

/** The same reading for allow and deny rules. */
function subject<Request, Rule, Target>(
  targetOf: (request: Request) => Target | undefined,
  matcher: (rule: Rule) => (target: Target) => boolean,
): Subject<Request, Rule, Rule, Target> {
  return { targetOf, allows: matcher, denies: matcher };
}

/** Hosts and addresses; allow rules are read narrowly, deny rules widely. */
export const NETWORK: Subject<RequestOf<'network'>, NetworkRule, NetworkRule, NetworkTarget> = {
  targetOf: ({ scheme, host, port }) => {
    const target = hostOf(host);
    return target === undefined ? undefined : { ...target, scheme, port };
  },
  allows: networkAllows,
  denies: networkDenies,
  hint: (target) => (isGuarded(target) ? 'nothing names this private or metadata address' : undefined),
};

/** Paths in the component's volume. */
export const STORAGE = subject(
  ({ path, access }: RequestOf<'storage'>) => {
    const normal = normalisePath(path);
    return normal.ok && normal.value === path ? { segments: segmentsOf(path), access } : undefined;
  },
  ({ path, access }: StorageRule) => {
    const matches = pathMatcher(path);
    return (target) => access.includes(target.access) && matches(target.segments);
  },
);

/** Environment keys. */
export const ENVIRONMENT = subject(
  ({ key }: RequestOf<'environment'>) => (isEnvironmentKey(key) ? key : undefined),
  ({ key }: { readonly key: string }) =>
    (target) =>
      target === key,
);

/** Buckets. */
export const KEY_VALUE = subject(
  (request: RequestOf<'keyvalue'>) => (isStoreName(request.bucket) ? request : undefined),
  ({ bucket, access }: KeyValueRule) => {
    const matches = prefixMatcher(bucket);
    return (target) => access.includes(target.access) && matches(target.bucket);
  },
);

/** Containers. */
export const BLOBSTORE = subject(
  (request: RequestOf<'blobstore'>) => (isStoreName(request.container) ? request : undefined),
  ({ container, access }: BlobRule) => {
    const matches = prefixMatcher(container);
    return (target) => access.includes(target.access) && matches(target.container);
  },
);

/** Topics. */
export const MESSAGING = subject(
  (request: RequestOf<'messaging'>) => (isTopic(request.topic) ? request : undefined),
  ({ topic, access }: MessagingRule) => {
    const matches = topicMatcher(topic);
    return (target) => access.includes(target.access) && matches(target.topic);
  },
);

/** Functions of other components. */
export const COMPONENTS = subject(
  (request: RequestOf<'components'>) =>
    isComponentName(request.name) && isFunctionName(request.function)
      ? { name: request.name, spellings: spellingsOf(request.function) }
      : undefined,
  ({ name, functions }: ComponentRule) => {
    const matchesName = prefixMatcher(name);
    const matchesFunction = functionMatcher(functions);
    return (target) => matchesName(target.name) && matchesFunction(target.spellings);
  },
);

/** Levels: a rule allows its own level and those above it. */
export const LOGGING: Subject<RequestOf<'logging'>, { readonly level: LogLevel }, never, LogLevel> = {
  targetOf: ({ level }) => level,
  allows:
    ({ level }) =>
    (target) =>
      level !== 'off' && LOG_LEVELS.indexOf(target) >= LOG_LEVELS.indexOf(level),
  denies: () => () => true,
};
