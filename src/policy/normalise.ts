/** From a document that passed its schema to a policy: defaults filled in, Wassette's numbers merged, maxima kept. */

import { err, ok, type Result } from '../core/result.ts';
import { DENY_ALL, LOGGING_DEFAULTS, RATE_DEFAULTS } from './defaults.ts';
import type { Limits, Permissions, Policy, Rules } from './document.ts';
import type { FieldPath, Problem } from './failures.ts';
import { aboveMaximum, type PolicyMaxima } from './maxima.ts';
import { ignoredFields, type PermissionsInput } from './permission-schema.ts';
import type { DocumentInput } from './schema.ts';

/** Tells about a number that a document states; answers what holds: that number, or the default within the maximum. */
type Bounded = (
  name: keyof PolicyMaxima,
  fallback: number,
  given: readonly (readonly [path: FieldPath, value: number | undefined])[],
) => number;

/** The policy that a document means, or every number of it that cannot be. */
export function normalise(document: DocumentInput, maxima: PolicyMaxima): Result<Policy, Problem[]> {
  const problems: Problem[] = [];
  const bounded: Bounded = (name, fallback, given) => {
    const stated = given.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
    for (const { path, value } of stated) {
      const message = aboveMaximum(value, name, maxima);
      if (message !== undefined) problems.push({ path, at: 'value', message });
    }
    // A default above a lowered maximum is nobody's mistake: it is cut, not refused.
    return stated.length === 0 ? Math.min(fallback, maxima[name]) : Math.min(...stated.map(({ value }) => value));
  };
  const { resources, validation, supervision, rate } = { ...document, rate: document.resources?.rate };
  const backoffMs = supervision?.backoffMs ?? DENY_ALL.supervision.backoffMs;
  const backoffMaxMs = supervision?.backoffMaxMs ?? DENY_ALL.supervision.backoffMaxMs;
  if (backoffMs > backoffMaxMs) {
    const message = `a first backoff of ${backoffMs} ms is above backoffMaxMs (${backoffMaxMs}): lower it or raise that`;
    problems.push({ path: ['supervision', 'backoffMs'], at: 'value', message });
  }
  const policy: Policy = {
    version: document.version ?? DENY_ALL.version,
    description: document.description ?? DENY_ALL.description,
    access: document.access ?? DENY_ALL.access,
    permissions: permissionsOf(document.permissions),
    resources: {
      limits: limitsOf(document, bounded),
      pool: {
        shards: bounded('shards', DENY_ALL.resources.pool.shards, [
          [['resources', 'pool', 'shards'], resources?.pool?.shards],
        ]),
        warm: resources?.pool?.warm ?? DENY_ALL.resources.pool.warm,
        maxConcurrent: bounded('maxConcurrent', DENY_ALL.resources.pool.maxConcurrent, [
          [['resources', 'pool', 'maxConcurrent'], resources?.pool?.maxConcurrent],
        ]),
        maxQueue: bounded('maxQueue', DENY_ALL.resources.pool.maxQueue, [
          [['resources', 'pool', 'maxQueue'], resources?.pool?.maxQueue],
        ]),
      },
      ...(rate === undefined ? {} : { rate: over(RATE_DEFAULTS, rate) }),
    },
    validation: {
      ...over(DENY_ALL.validation, validation),
      maxBytes: bounded('maxBytes', DENY_ALL.validation.maxBytes, [[['validation', 'maxBytes'], validation?.maxBytes]]),
    },
    supervision: over(DENY_ALL.supervision, supervision),
    breaker: over(DENY_ALL.breaker, document.breaker),
    health: over(DENY_ALL.health, document.health),
    ignored: ignoredFields(document.permissions),
  };
  return problems.length > 0 ? err(problems) : ok(policy);
}

function limitsOf(document: DocumentInput, bounded: Bounded): Limits {
  const limits = document.resources?.limits;
  const wassette = document.permissions?.resources;
  const defaults = DENY_ALL.resources.limits;
  const cpu = [limits?.cpu, wassette?.limits?.cpu, wassette?.cpu].filter((millis) => millis !== undefined);
  return {
    memoryBytes: bounded('memoryBytes', defaults.memoryBytes, [
      [['resources', 'limits', 'memory'], limits?.memory],
      [['permissions', 'resources', 'limits', 'memory'], wassette?.limits?.memory],
      [['permissions', 'resources', 'memory'], wassette?.memory],
    ]),
    fuel: bounded('fuel', defaults.fuel, [[['resources', 'limits', 'fuel'], limits?.fuel]]),
    timeoutMs: bounded('timeoutMs', defaults.timeoutMs, [[['resources', 'limits', 'timeout'], limits?.timeout]]),
    ...(cpu.length === 0 ? {} : { cpuMillis: Math.min(...cpu) }),
    requestBytes: limits?.requestBytes ?? defaults.requestBytes,
    responseBytes: limits?.responseBytes ?? defaults.responseBytes,
    subrequests: limits?.subrequests ?? defaults.subrequests,
    capabilityUses: limits?.capabilityUses ?? defaults.capabilityUses,
  };
}

function permissionsOf(given: PermissionsInput | undefined): Permissions {
  const network = given?.network;
  return {
    network: rulesOf({ ...network, allow: network?.allow?.filter((rule) => rule !== undefined) }),
    storage: rulesOf(given?.storage),
    environment: {
      allow: (given?.environment?.allow ?? []).map(({ key, value }) =>
        value === undefined ? { key } : { key, value },
      ),
      deny: given?.environment?.deny ?? [],
    },
    keyvalue: rulesOf(given?.keyvalue),
    blobstore: rulesOf(given?.blobstore),
    messaging: rulesOf(given?.messaging),
    components: rulesOf(given?.components),
    logging: given?.logging === undefined ? DENY_ALL.permissions.logging : over(LOGGING_DEFAULTS, given.logging),
  };
}

function rulesOf<T>(given: { allow?: T[] | undefined; deny?: T[] | undefined } | undefined): Rules<T> {
  return { allow: given?.allow ?? [], deny: given?.deny ?? [] };
}

type Partially<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `defaults` with what `given` says instead; a key of `given` without a value says nothing. */
function over<T extends object>(defaults: T, given: Partially<T> | undefined): T {
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}
