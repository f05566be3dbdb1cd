/** The hash that names an isolate's code. */
import { createHash } from 'node:crypto';

/** First 16 hex digits of the SHA-256 of all parts, each preceded by its length. */
export function contentHash(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}\n`);
    hash.update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
