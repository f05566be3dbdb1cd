/** Uploads on their way into R2: whole, or not at all. */
import { describe, expect, it, vi } from 'vitest';
import { INCOMING_PREFIX } from '../../src/build/keys.ts';
import { type Staged, stageUpload } from '../../src/build/staging.ts';
import { bindings } from '../support/gateway-client.ts';

const MIB = 1024 * 1024;
const MAX_BYTES = 12 * MIB;

/** A bucket that counts the uploads in parts, and fails where `broken` says so. */
function watched(broken?: 'put' | 'uploadPart' | 'complete') {
  const uploads = { created: 0, completed: 0, aborted: 0 };
  const fail = async (): Promise<never> => {
    throw new Error('R2 is down');
  };
  const bucket = {
    put: broken === 'put' ? fail : (key: string, value: Uint8Array) => bindings.ARTIFACTS.put(key, value),
    async createMultipartUpload(key: string) {
      uploads.created++;
      const upload = await bindings.ARTIFACTS.createMultipartUpload(key);
      return {
        uploadPart: broken === 'uploadPart' ? fail : (n: number, part: Uint8Array) => upload.uploadPart(n, part),
        complete: async (parts: R2UploadedPart[]) => {
          if (broken === 'complete') return fail();
          uploads.completed++;
          return upload.complete(parts);
        },
        abort: () => {
          uploads.aborted++;
          return upload.abort();
        },
      };
    },
  };
  // A cast: staging uses these two methods only.
  return { bucket: bucket as unknown as R2Bucket, uploads };
}

/** A body of so many bytes in chunks of 700 KB, none of them aligned with a part; `end` runs after the last. */
function bodyOf(bytes: number, end?: () => void): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      const length = Math.min(700_000, bytes - sent);
      if (length > 0) controller.enqueue(new Uint8Array(length).map((_, index) => (sent + index) % 251));
      sent += length;
      if (sent < bytes) return;
      try {
        end?.();
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
  });
}

async function digestOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const bytes = await new Response(stream).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

async function incoming(): Promise<string[]> {
  return (await bindings.ARTIFACTS.list({ prefix: INCOMING_PREFIX })).objects.map(({ key }) => key);
}

describe('an upload', () => {
  it.each([
    ['of one byte', 1, 0],
    ['of exactly one part', 5 * MIB, 1],
    ['of two parts and a rest', 10 * MIB + 1, 1],
    ['of the largest size', MAX_BYTES, 1],
  ])('%s is stored as it came, with its digest', async (_, bytes, inParts) => {
    const { bucket, uploads } = watched();
    const staged = await stageUpload(bucket, bodyOf(bytes), MAX_BYTES);
    // A cast: the next line fails when it is none.
    const { key, digest, bytes: counted } = (staged as { value: Staged }).value;
    const stored = await bindings.ARTIFACTS.get(key);
    expect(counted).toBe(bytes);
    expect(stored?.size).toBe(bytes);
    expect(digest).toBe(await digestOf(bodyOf(bytes)));
    expect(await digestOf(stored?.body ?? bodyOf(0))).toBe(digest);
    expect(uploads).toEqual({ created: inParts, completed: inParts, aborted: 0 });
    await bindings.ARTIFACTS.delete(key);
  });

  it.each([
    ['that is empty', () => bodyOf(0), 'INVALID_COMPONENT', 0],
    ['without a body', () => null, 'INVALID_COMPONENT', 0],
    ['of one byte too many', () => bodyOf(MAX_BYTES + 1), 'TOO_LARGE', 1],
    ['that stops in its first part', () => bodyOf(10, stop), 'INVALID_REQUEST', 0],
    ['that stops after a part', () => bodyOf(6 * MIB, stop), 'INVALID_REQUEST', 1],
  ])('%s is refused and leaves nothing', async (_, body, code, aborted) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const before = await incoming();
    const { bucket, uploads } = watched();
    const staged = await stageUpload(bucket, body(), MAX_BYTES);
    expect(staged).toMatchObject({ ok: false, error: { code } });
    expect(uploads).toEqual({ created: aborted, completed: 0, aborted });
    expect(await incoming()).toEqual(before);
  });

  it.each([
    ['put', 10, 0],
    ['uploadPart', 6 * MIB, 1],
    ['complete', 6 * MIB, 1],
  ] as const)('that R2 fails at %s throws, for it is not the fault of the client', async (broken, bytes, aborted) => {
    const before = await incoming();
    const { bucket, uploads } = watched(broken);
    await expect(stageUpload(bucket, bodyOf(bytes), MAX_BYTES)).rejects.toThrow('R2 is down');
    expect(uploads).toMatchObject({ completed: 0, aborted });
    expect(await incoming()).toEqual(before);
  });
});

function stop(): never {
  throw new Error('the client went away');
}
