/** The platform's own maxima, which bound every policy: the operator sets them in a Worker variable. */

import { MAX_COMPONENT_BYTES } from '../core/limits.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type PolicyFailure, problemsOf } from './failures.ts';
import { field, section } from './schema-parts.ts';
import { formatBytes, formatDuration, readBytes, readCount, readDurationMs, readFuel } from './units.ts';
import { MIN_MEMORY_BYTES } from './wassette.ts';
import { readYaml } from './yaml-source.ts';

/** The highest number that a policy may state, per field. */
export interface PolicyMaxima {
  readonly memoryBytes: number;
  readonly timeoutMs: number;
  readonly fuel: number;
  readonly maxBytes: number;
  readonly shards: number;
  readonly maxConcurrent: number;
  readonly maxQueue: number;
}

/** The maxima where the operator sets none. */
export const DEFAULT_MAXIMA: PolicyMaxima = {
  memoryBytes: 96 * 1024 * 1024,
  timeoutMs: 300_000,
  fuel: 1_000_000_000_000,
  maxBytes: MAX_COMPONENT_BYTES,
  shards: 16,
  maxConcurrent: 64,
  maxQueue: 1_024,
};

const FORMATS: Readonly<Record<keyof PolicyMaxima, (value: number) => string>> = {
  memoryBytes: formatBytes,
  timeoutMs: formatDuration,
  fuel: String,
  maxBytes: formatBytes,
  shards: String,
  maxConcurrent: String,
  maxQueue: String,
};

const maximaSchema = section({
  memory: field((given) => readBytes(given, MIN_MEMORY_BYTES)),
  timeout: field(readDurationMs),
  fuel: field(readFuel),
  maxBytes: field((given) => readBytes(given)),
  shards: field(readCount(1)),
  maxConcurrent: field(readCount(1)),
  maxQueue: field(readCount(0)),
});

/**
 * Reads the Worker variable: JSON such as `{"memory": "64Mi", "timeout": "60s", "shards": 4}`, spelt as in a policy.
 * What it leaves out, and no variable at all, has the default.
 */
export function parseMaxima(json: string | undefined): Result<PolicyMaxima, PolicyFailure[]> {
  const source = readYaml(json ?? '');
  if (!source.ok) return source;
  const value = source.value.value ?? {};
  const given = maximaSchema.safeParse(value);
  if (!given.success) return err(source.value.locate(problemsOf(given.error.issues, value)));
  return ok({
    memoryBytes: given.data.memory ?? DEFAULT_MAXIMA.memoryBytes,
    timeoutMs: given.data.timeout ?? DEFAULT_MAXIMA.timeoutMs,
    fuel: given.data.fuel ?? DEFAULT_MAXIMA.fuel,
    maxBytes: given.data.maxBytes ?? DEFAULT_MAXIMA.maxBytes,
    shards: given.data.shards ?? DEFAULT_MAXIMA.shards,
    maxConcurrent: given.data.maxConcurrent ?? DEFAULT_MAXIMA.maxConcurrent,
    maxQueue: given.data.maxQueue ?? DEFAULT_MAXIMA.maxQueue,
  });
}

/** The problem of a number above its maximum, naming both; undefined where it is within. */
export function aboveMaximum(value: number, name: keyof PolicyMaxima, maxima: PolicyMaxima): string | undefined {
  if (value <= maxima[name]) return undefined;
  const format = FORMATS[name];
  return `${format(value)} is above this platform's maximum of ${format(maxima[name])}: lower it, or leave it out`;
}
