/** The admin token of the local edge: made once, kept in `.skerry/`, known to the Worker only as its SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export type Scope = 'read' | 'invoke' | 'deploy' | 'admin';

/** One entry of the Worker's secret `TOKENS`. */
export interface TokenRecord {
  readonly id: string;
  /** SHA-256 of the token, lower-case hex. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
}

const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^sk_[A-Za-z0-9_-]{43}$/;

export function makeToken(): string {
  return `sk_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

export function tokenRecord(id: string, token: string, scopes: readonly Scope[]): TokenRecord {
  return { id, sha256: createHash('sha256').update(token).digest('hex'), scopes };
}

/** Reads the token of an earlier run, or makes one; the file is readable by its owner only. */
export async function keepToken(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (TOKEN_PATTERN.test(kept)) return kept;
  const token = makeToken();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}
