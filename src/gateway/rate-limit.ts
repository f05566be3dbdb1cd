/**
 * Limits per client address without a token (404s and failed tokens) and per token (uploads). The platform's binding counts; who was
 * over the limit is remembered here for the rest of the minute, so that the next request costs no object.
 */
import type { Bindings } from '../../durable/shared/bindings.ts';
import { type Failure, failure } from '../core/errors.ts';
import type { GatewayContext } from './context.ts';

/** The window of the bindings, in milliseconds. */
const WINDOW_MS = 60_000;

/** Addresses remembered at most; beyond it the oldest is forgotten. */
const MAX_REMEMBERED = 10_000;

const blockedUntil = new Map<string, number>();

/** The client's address as the platform saw it. */
function clientAddress(c: GatewayContext): string {
  return c.req.header('cf-connecting-ip') ?? 'unknown';
}

/** Undefined while the client may go on. A valid token always may: its bearer may share an address with a stranger. */
export function blocked(c: GatewayContext, now: number): Failure | undefined {
  if (c.var.caller.kind === 'token') return undefined;
  const until = blockedUntil.get(clientAddress(c));
  if (until === undefined) return undefined;
  if (until > now) return tooMany('requests that failed', Math.ceil((until - now) / 1_000));
  blockedUntil.delete(clientAddress(c));
  return undefined;
}

/** Counts a 404 or a failed token; the failure to answer with once there were too many. */
export async function countMiss(c: GatewayContext, now: number): Promise<Failure | undefined> {
  const address = clientAddress(c);
  if (await within(c.env.CLIENT_LIMIT, address)) return undefined;
  const oldest = blockedUntil.keys().next().value;
  if (blockedUntil.size >= MAX_REMEMBERED && oldest !== undefined) blockedUntil.delete(oldest);
  blockedUntil.set(address, now + WINDOW_MS);
  return tooMany('requests that failed', WINDOW_MS / 1_000);
}

/** Counts an upload of a token. */
export async function countUpload(env: Bindings, tokenId: string): Promise<Failure | undefined> {
  return (await within(env.UPLOAD_LIMIT, tokenId)) ? undefined : tooMany('uploads', WINDOW_MS / 1_000);
}

async function within(limit: RateLimit | undefined, key: string): Promise<boolean> {
  return limit === undefined || (await limit.limit({ key })).success;
}

function tooMany(what: string, retryAfterSeconds: number): Failure {
  return { ...failure('RATE_LIMITED', `too many ${what}: wait ${retryAfterSeconds} s`), retryAfterSeconds };
}
