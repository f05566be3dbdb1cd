/** Numbers with units, as policies spell them: text or number in, one number in the named unit out, or what is wrong. */

import { err, ok, type Result } from '../core/result.ts';

/** The value, or a sentence that says what was given and which forms are accepted. */
export type Reading<T> = Result<T, string>;

const SIZE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  K: 1e3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};
const DURATION_FACTORS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Timers take a delay of at most 2^31-1 ms; counts have no reason to be larger either. */
const MAX_COUNT = 2_147_483_647;

const SIZE_FORMS = 'a number of bytes or a number with Ki, Mi, Gi, K, M or G, such as 64Mi';
const DURATION_FORMS = 'a number with ms, s, m or h, such as 30s or 500ms';
const CPU_FORMS = 'millicores such as 500m, or cores such as 0.5';

/** Bytes of `64Mi`, `1G`, `65536`; at least `min`. */
export function readBytes(given: unknown, min = 1): Reading<number> {
  const parts = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(numberText(given));
  const factor = parts === null ? undefined : own(SIZE_FACTORS, parts[2] ?? '');
  if (parts === null || factor === undefined) return err(`${shown(given)} is not a size: write ${SIZE_FORMS}`);
  const bytes = Math.round(Number(parts[1]) * factor);
  if (!Number.isSafeInteger(bytes)) return err(`${shown(given)} is too large to be a size: write ${SIZE_FORMS}`);
  if (bytes >= min) return ok(bytes);
  return err(`${shown(given)} is too small: at least ${formatBytes(min)} is needed, and a bare number counts bytes`);
}

/** Milliseconds of `30s`, `500ms`, `5m`; at least 1. */
export function readDurationMs(given: unknown): Reading<number> {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(numberText(given));
  const factor = parts === null ? undefined : own(DURATION_FACTORS, parts[2] ?? '');
  if (parts === null || factor === undefined) return err(`${shown(given)} is not a duration: write ${DURATION_FORMS}`);
  return inRange(given, Math.round(Number(parts[1]) * factor), 'a duration', 1, DURATION_FORMS);
}

/** Thousandths of a core of `500m`, `0.5`, `1`; at least 1. */
export function readCpuMillis(given: unknown): Reading<number> {
  const parts = /^(\d+(?:\.\d+)?)(m?)$/.exec(numberText(given));
  if (parts === null) return err(`${shown(given)} is not a CPU share: write ${CPU_FORMS}`);
  const millis = Math.round(Number(parts[1]) * (parts[2] === 'm' ? 1 : 1_000));
  return inRange(given, millis, 'a CPU share', 1, CPU_FORMS);
}

/** Fuel: a whole number, exact in JSON; `1e10` is one, a quoted number is not. */
export function readFuel(given: unknown): Reading<number> {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 1) return ok(given);
  return err(`${shown(given)} is not an amount of fuel: write a whole number from 1 up, unquoted, such as 10000000000`);
}

/** A reader of whole numbers from `min` up. */
export function readCount(min: number): (given: unknown) => Reading<number> {
  return (given) => {
    const forms = `a whole number from ${min} up to ${MAX_COUNT}, unquoted`;
    if (typeof given !== 'number' || !Number.isInteger(given))
      return err(`${shown(given)} is not a count: write ${forms}`);
    return inRange(given, given, 'a count', min, forms);
  };
}

/** A share of calls: above 0, at most 1. */
export function readShare(given: unknown): Reading<number> {
  if (typeof given === 'number' && given > 0 && given <= 1) return ok(given);
  return err(`${shown(given)} is not a share: write a number above 0 and at most 1, such as 0.5`);
}

/** A rate: any number above 0 (`0.5` a second is one in two seconds). */
export function readRate(given: unknown): Reading<number> {
  if (typeof given === 'number' && given > 0 && given <= MAX_COUNT) return ok(given);
  return err(`${shown(given)} is not a rate: write a number above 0, such as 100`);
}

/** `64Mi`, or bytes where no unit fits. */
export function formatBytes(bytes: number): string {
  for (const unit of ['Gi', 'Mi', 'Ki']) {
    const factor = SIZE_FACTORS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes} bytes`;
}

/** `30s`, or milliseconds where seconds do not fit. */
export function formatDuration(ms: number): string {
  return ms >= 1_000 && ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** What was given, short enough and plain enough for one line of a message. */
export function shown(given: unknown): string {
  if (given === undefined) return 'nothing';
  const text = JSON.stringify(given) ?? String(given);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function numberText(given: unknown): string {
  return typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
}

function own(table: Readonly<Record<string, number>>, unit: string): number | undefined {
  return Object.hasOwn(table, unit) ? table[unit] : undefined;
}

function inRange(given: unknown, value: number, what: string, min: number, forms: string): Reading<number> {
  if (value >= min && value <= MAX_COUNT) return ok(value);
  return err(`${shown(given)} is out of range for ${what}: write ${forms}`);
}
