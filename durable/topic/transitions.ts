/** Pure: the life of one delivery, which is one message on its way to one subscriber. Times are milliseconds since the epoch. */
import { MAX_DELIVERY_ATTEMPTS } from '../../src/core/limits.ts';

/** Wait after the first failed attempt, and the longest one. */
const RETRY_MS = 500;
const RETRY_MAX_MS = 60_000;

/** Wait before a subscriber that takes nothing now is asked again, and the longest one. */
const PAUSE_MS = 500;
const PAUSE_MAX_MS = 15_000;

/** How long a queue may need for an attempt: its consumer runs for 15 minutes at most, and it may lie there before. */
const QUEUE_LEASE_MS = 30 * 60_000;

/** `until` of an attempt that the object makes itself: it hears of the end, or goes away. */
const NO_END = Number.MAX_SAFE_INTEGER;

/** How long an object that makes an attempt may be gone before it is woken to find out, in milliseconds. */
const WATCH_MS = 15_000;

/** Why a message became a dead letter: all attempts failed (how the last one did), or nobody took it in time. */
export type DeathReason =
  | 'err'
  | 'trap'
  | 'out-of-memory'
  | 'out-of-fuel'
  | 'timeout'
  | 'killed'
  | 'platform'
  | 'expired';

/** Who makes an attempt: the topic object, with which it ends, or a queue. */
export type Courier = 'object' | 'queue';

export type DeliveryState =
  /** An earlier message of its key is on its way. */
  | { readonly kind: 'behind' }
  | { readonly kind: 'due'; readonly at: number; readonly attempts: number }
  /** Attempt number `attempts` is under way. When `until` is over, nobody will say how it ended. */
  | { readonly kind: 'running'; readonly attempts: number; readonly until: number; readonly by: Courier }
  | { readonly kind: 'dead'; readonly attempts: number; readonly at: number; readonly reason: DeathReason };

export type Due = Extract<DeliveryState, { kind: 'due' }>;
export type RunningDelivery = Extract<DeliveryState, { kind: 'running' }>;

/** How an attempt ended. */
export type AttemptEnd =
  | { readonly kind: 'handled' }
  | { readonly kind: 'failed'; readonly reason: Exclude<DeathReason, 'expired'> }
  /** The subscriber takes nothing now: it is stopped, drained or full. That is no attempt. */
  | { readonly kind: 'not-taken' }
  /** Its grants do not allow it any more, it handles no messages any more, or it is gone. */
  | { readonly kind: 'unwanted' };

/** A delivery that has an end: it is forgotten. */
export interface Done {
  readonly kind: 'done';
}

/** A message was stored for a subscriber, or is tried anew. `isLineBusy`: another one of its key is on its way. */
export function created(isLineBusy: boolean, now: number): DeliveryState {
  return isLineBusy ? { kind: 'behind' } : { kind: 'due', at: now, attempts: 0 };
}

/** The one before it in its line is done, or dead. */
export function moved(now: number): Due {
  return { kind: 'due', at: now, attempts: 0 };
}

/** Stored before anything is handed over: an attempt that nobody heard of again counts. */
export function started({ attempts }: Due, by: Courier, now: number): RunningDelivery {
  const until = by === 'queue' ? now + QUEUE_LEASE_MS : NO_END;
  return { kind: 'running', attempts: attempts + 1, until, by };
}

/** When to look after an attempt that has so long. */
export function watchedAt(until: number, now: number): number {
  return until === NO_END ? now + WATCH_MS : until;
}

/** `random` is in [0, 1). */
export function ended(
  { attempts }: RunningDelivery,
  end: AttemptEnd,
  now: number,
  random: number,
): DeliveryState | Done {
  switch (end.kind) {
    case 'handled':
    case 'unwanted':
      return { kind: 'done' };
    case 'not-taken':
      return { kind: 'due', at: now, attempts: attempts - 1 };
    case 'failed':
      return isLastAttempt(attempts)
        ? { kind: 'dead', attempts, at: now, reason: end.reason }
        : { kind: 'due', at: now + retryDelayMs(attempts, random), attempts };
  }
}

/** Nobody will say how the attempt ended: the object that made it is gone, or its time is over. */
export function lost({ attempts }: RunningDelivery, now: number): DeliveryState {
  return isLastAttempt(attempts)
    ? { kind: 'dead', attempts, at: now, reason: 'platform' }
    : { kind: 'due', at: now, attempts };
}

/** Nobody took it in all the time that messages are kept for. */
export function expired(state: DeliveryState, now: number): DeliveryState {
  const attempts = state.kind === 'behind' ? 0 : state.attempts;
  return { kind: 'dead', attempts, at: now, reason: 'expired' };
}

/** Whether the attempt of this number, counted from 1, is the last: when it fails, the message is a dead letter. */
export function isLastAttempt(attempts: number): boolean {
  return attempts >= MAX_DELIVERY_ATTEMPTS;
}

/** Twice as long after each failure up to a minute, shortened by up to a half, so that what failed together does not come together. */
export function retryDelayMs(attempts: number, random: number): number {
  return shortened(Math.min(RETRY_MS * 2 ** (attempts - 1), RETRY_MAX_MS), random);
}

/** How long a subscriber is left alone that took nothing for the `count`th time in a row. */
export function pauseMs(count: number, random: number): number {
  return shortened(Math.min(PAUSE_MS * 2 ** (count - 1), PAUSE_MAX_MS), random);
}

function shortened(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (1 - random / 2));
}
