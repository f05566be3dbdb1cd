/** `wasi:blobstore/container`: one container, its objects and their names. */
import type { ObjectInput, OpenedRange } from '../../../../src/capability/blobstore/contract.ts';
import { MAX_BLOB_NAMES } from '../../../../src/core/limits.ts';
import { Resource } from '../resource.ts';
import type { BlobClient } from './client.ts';
import { IncomingValue } from './incoming-value.ts';
import { OutgoingValue } from './outgoing-value.ts';

export class Container extends Resource {
  readonly #client: BlobClient;
  readonly #name: string;

  constructor(client: BlobClient, name: string) {
    super();
    this.#client = client;
    this.#name = name;
  }

  name(): string {
    return this.#name;
  }

  async info(): Promise<{ name: string; createdAt: bigint }> {
    const { createdAt } = await this.#client.ask('container-info', { container: this.#name });
    return { name: this.#name, createdAt: BigInt(createdAt) };
  }

  async getData(object: string, start: bigint, end: bigint): Promise<IncomingValue> {
    const target = this.#object(object);
    const range: OpenedRange = await this.#client.ask('open', { ...target, start, end });
    return new IncomingValue(this.#client, { ...target, ...range });
  }

  async writeData(object: string, value: OutgoingValue): Promise<void> {
    await OutgoingValue.writeTo(value, this.#object(object));
  }

  async listObjects(): Promise<StreamObjectNames> {
    const container = this.#name;
    return new StreamObjectNames(this.#client, container, await this.#client.ask('list', { container }));
  }

  async deleteObject(object: string): Promise<void> {
    await this.deleteObjects([object]);
  }

  async deleteObjects(objects: readonly string[]): Promise<void> {
    const container = this.#name;
    for (let at = 0; at < objects.length; at += MAX_BLOB_NAMES) {
      await this.#client.ask('delete-objects', { container, objects: objects.slice(at, at + MAX_BLOB_NAMES) });
    }
  }

  hasObject(object: string): Promise<boolean> {
    return this.#client.ask('has-object', this.#object(object));
  }

  async objectInfo(object: string): Promise<{ name: string; container: string; createdAt: bigint; size: bigint }> {
    const { createdAt, bytes } = await this.#client.ask('object-info', this.#object(object));
    return { name: object, container: this.#name, createdAt: BigInt(createdAt), size: BigInt(bytes) };
  }

  async clear(): Promise<void> {
    await this.#client.ask('clear', { container: this.#name });
  }

  #object(object: string): ObjectInput {
    return { container: this.#name, object };
  }
}

interface NamePage {
  readonly names: readonly string[];
  readonly last: boolean;
}

/** The names of a container's objects, page by page as they are asked for. */
export class StreamObjectNames extends Resource {
  readonly #client: BlobClient;
  readonly #container: string;
  #page: NamePage;
  /** Names of the page that were given out. */
  #used = 0;

  constructor(client: BlobClient, container: string, first: NamePage) {
    super();
    this.#client = client;
    this.#container = container;
    this.#page = first;
  }

  async readStreamObjectNames(length: bigint): Promise<[string[], boolean]> {
    return this.#take(length, MAX_BLOB_NAMES);
  }

  async skipStreamObjectNames(length: bigint): Promise<[bigint, boolean]> {
    let skipped = 0n;
    for (;;) {
      const [names, isEnd] = await this.#take(length - skipped, MAX_BLOB_NAMES);
      skipped += BigInt(names.length);
      if (isEnd || skipped >= length) return [skipped, isEnd];
    }
  }

  async #take(length: bigint, most: number): Promise<[string[], boolean]> {
    await this.#refill();
    const count = length < BigInt(most) ? Number(length) : most;
    const names = this.#page.names.slice(this.#used, this.#used + count);
    this.#used += names.length;
    return [names, this.#page.last && this.#used >= this.#page.names.length];
  }

  async #refill(): Promise<void> {
    const { names, last } = this.#page;
    const after = names.at(-1);
    if (last || this.#used < names.length || after === undefined) return;
    this.#page = await this.#client.ask('list', { container: this.#container, after });
    this.#used = 0;
  }
}
