/** The trusted side of the blobstore over the test's own R2, with grants that a test can change. */
import type { BlobBody, BlobResult, BlobUpload } from '../../src/capability/blobstore/contract.ts';
import { BlobstoreProvider } from '../../src/capability/blobstore/provider.ts';
import { BlobSession } from '../../src/capability/blobstore/session.ts';
import type { ProviderUse } from '../../src/capability/provider.ts';
import type { CapabilityAnswer } from '../../src/isolate/protocol.ts';
import type { AccessRequest } from '../../src/policy/access.ts';
import { bindings } from './gateway-client.ts';

/** The bucket of the Worker under test. */
export function blobs(): R2Bucket {
  if (bindings.BLOBS === undefined) throw new Error('the Worker under test has no BLOBS');
  return bindings.BLOBS;
}

let names = 0;

/** A container name that no other test uses. */
export function freshContainer(): string {
  names += 1;
  return `box-${names}-${crypto.randomUUID().slice(0, 8)}`;
}

export class TestBlobstore {
  /** `read box`, `write box`: what is granted; all of it when undefined. */
  granted: Set<string> | undefined;
  /** What was asked of the grants. */
  readonly asked: string[] = [];
  readonly carrier: BlobSession;
  readonly #provider: BlobstoreProvider;
  readonly #work: Promise<unknown>[] = [];

  constructor(bucket: R2Bucket | undefined = blobs()) {
    this.#provider = new BlobstoreProvider(blobs());
    this.carrier = new BlobSession({
      bucket,
      component: 'test',
      use: ({ operation, input }) => this.use(operation, input),
      waitUntil: (work) => void this.#work.push(work),
    });
  }

  async use(operation: string, input: unknown): Promise<CapabilityAnswer> {
    const allowAny = (requests: readonly AccessRequest[]) => ({
      allowed: requests.some((request) => this.#allows(request)),
      rule: 'the test',
    });
    const caller = { component: 'test', version: 'v1', instance: 'i', request: 'r' };
    const use = { operation, input, caller, allow: (request: AccessRequest) => allowAny([request]), allowAny };
    return this.#provider.invoke(use as unknown as ProviderUse); // the blobstore asks for nothing else
  }

  /** The value of an answer that must be there. */
  async ask<T>(operation: string, input: unknown): Promise<T> {
    return valueIn(await this.use(operation, input));
  }

  /** Makes a container; answers its name. */
  async container(): Promise<string> {
    const container = freshContainer();
    await this.ask('create-container', { container });
    return container;
  }

  async upload(container: string, object: string): Promise<BlobUpload & Disposable> {
    return valueIn(await this.carrier.writeBlob({ container, object }));
  }

  async put(container: string, object: string, bytes: Uint8Array): Promise<void> {
    const upload = await this.upload(container, object);
    for (let at = 0; at < bytes.length; at += CHUNK) await upload.write(bytes.subarray(at, at + CHUNK));
    valueIn(await upload.finish());
  }

  async read(container: string, object: string, start = 0n, end = 2n ** 64n - 1n): Promise<Uint8Array> {
    const range = await this.ask<object>('open', { container, object, start, end });
    const { body } = valueIn<BlobBody>(await this.carrier.readBlob({ container, object, ...range }));
    return new Uint8Array(await new Response(body).arrayBuffer());
  }

  /** What goes on after the answers has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#work);
  }

  #allows({ capability, ...request }: AccessRequest): boolean {
    if (capability !== 'blobstore' || !('container' in request)) return false;
    const text = `${request.access} ${request.container}`;
    this.asked.push(text);
    return this.granted === undefined || this.granted.has(text);
  }
}

const CHUNK = 256 * 1024;

/** The value of an answer; throws the reason when there is none. */
export function valueIn<T>(answer: CapabilityAnswer): T {
  if (answer.kind === 'refused') throw new Error(`${answer.reason}: ${answer.message}`);
  const result = answer.value as BlobResult<T>; // the blobstore answers so
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** Bytes that differ from place to place. */
export function patterned(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) % 251);
}
