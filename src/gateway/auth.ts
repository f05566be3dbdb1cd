/**
 * Bearer tokens with scopes. The secret `TOKENS` holds only SHA-256 digests, as JSON
 * `[{"id": "ci", "sha256": "<64 hex digits>", "scopes": ["deploy"]}]`; without it nobody has any scope.
 */
import { z } from 'zod';

export const SCOPES = ['read', 'invoke', 'deploy', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface TokenRecord {
  readonly id: string;
  /** SHA-256 of the token's UTF-8 bytes, 64 hex digits. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

/** Who calls: nobody in particular, somebody with a token that is not ours, or a token's bearer. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'token'; readonly id: string; readonly scopes: readonly Scope[] };

const tokensSchema = z.array(
  z.object({
    id: z.string().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/i),
    scopes: z.array(z.enum(SCOPES)).min(1),
  }),
);

/** The records of the secret; none when it is absent, undefined when it is mistyped. */
export function parseTokens(secret: string | undefined): readonly TokenRecord[] | undefined {
  if (secret === undefined || secret.trim() === '') return [];
  try {
    const parsed = tokensSchema.safeParse(JSON.parse(secret));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Compares in constant time with every record, so that the answer's time tells nothing. Credentials of another scheme
 * are not for us (a proxy's, say): their bearer is anonymous.
 */
export async function identify(authorization: string | undefined, tokens: readonly TokenRecord[]): Promise<Caller> {
  if (authorization === undefined || !/^bearer( |$)/i.test(authorization)) return { kind: 'anonymous' };
  const token = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) return { kind: 'unknown' };
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  let caller: Caller = { kind: 'unknown' };
  for (const { id, sha256, scopes } of tokens) {
    if (crypto.subtle.timingSafeEqual(digest, fromHex(sha256))) caller = { kind: 'token', id, scopes };
  }
  return caller;
}

/** `admin` and `deploy` open the whole control plane, `read` its GETs. */
export function mayControl(caller: Caller, method: string): boolean {
  if (caller.kind !== 'token') return false;
  const reads = method === 'GET' || method === 'HEAD';
  return caller.scopes.some((scope) => scope === 'admin' || scope === 'deploy' || (reads && scope === 'read'));
}

export function mayInvoke(caller: Caller): boolean {
  return caller.kind === 'token' && caller.scopes.some((scope) => scope === 'invoke' || scope === 'admin');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}
