/** What the local edge keeps in `.skerry/`: its admin token, known to the Worker only as its SHA-256, and the key of its secrets. */
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
const SECRETS_KEY_PATTERN = /^[A-Za-z0-9_-]{43}$/;

export function makeToken(): string {
  return `sk_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

export function tokenRecord(id: string, token: string, scopes: readonly Scope[]): TokenRecord {
  return { id, sha256: createHash('sha256').update(token).digest('hex'), scopes };
}

/** The admin token of an earlier run, or a new one. */
export function keepToken(path: string): Promise<string> {
  return keep(path, TOKEN_PATTERN, makeToken);
}

/** The key of an earlier run, without which its secrets cannot be opened, or a new one. */
export function keepSecretsKey(path: string): Promise<string> {
  return keep(path, SECRETS_KEY_PATTERN, makeSecretsKey);
}

function makeSecretsKey(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What the file has, where that fits the pattern; else a new one. The file is readable by its owner only. */
async function keep(path: string, pattern: RegExp, make: () => string): Promise<string> {
  const kept = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (pattern.test(kept)) return kept;
  const made = make();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}
