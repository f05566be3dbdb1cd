/** Files of the component's volume: each operation is a message; what streams carry goes in large pieces. */
import type { FileAnswer, FileTarget, FileUse } from '../../../../src/capability/filesystem/contract.ts';
import type { FileErrorCode } from '../../../../src/core/files/file-error.ts';
import type { FileOperation, RequestOf } from '../../../../src/core/files/requests.ts';
import { err, ok, type Result } from '../../../../src/core/result.ts';
import type { UseRefusal } from '../../../../src/isolate/protocol.ts';
import type { WasiContext } from '../context.ts';
import type { PollSource } from '../poll.ts';
import type { ByteSink, ByteSource } from '../streams.ts';
import type { FileOutcome, Files } from './files.ts';
import type { PendingWriter, VolumeLink } from './volume-link.ts';
import { VolumeReader } from './volume-reader.ts';
import { VolumeWriter } from './volume-writer.ts';

/** What a refused use is to a guest. What its grants do not allow comes as `access` in the answer. */
const REFUSED: Readonly<Record<UseRefusal, FileErrorCode>> = {
  denied: 'access',
  exhausted: 'quota',
  unavailable: 'io',
  invalid: 'invalid',
};

/** Operations that leave everything as it was: what was read ahead still holds. */
const READING: ReadonlySet<FileOperation> = new Set(['read', 'stat', 'stat-at', 'read-directory', 'readlink']);

export class VolumeFiles implements Files, VolumeLink {
  readonly device = 2n;
  readonly #context: WasiContext;
  readonly #writers = new Set<VolumeWriter>();
  readonly #listeners = new Set<() => void>();
  #closed: number[] = [];
  /** Counts what this call has changed. */
  #changes = 0;

  constructor(context: WasiContext) {
    this.#context = context;
  }

  get changes(): number {
    return this.#changes;
  }

  /** Bytes that writers hold or have on the way. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const writer of this.#writers) bytes += writer.pendingBytes;
    return bytes;
  }

  perform<O extends FileOperation>(request: RequestOf<O, FileTarget>): Promise<FileOutcome<O>> {
    // What was written before arrives before: messages keep their order.
    this.sendAll();
    return this.#context.lifetime.settle(this.send(request));
  }

  /** As `perform`, of its own accord: the guest goes on, and what writers hold is left alone. */
  async send<O extends FileOperation>(request: RequestOf<O, FileTarget>): Promise<FileOutcome<O>> {
    const closed = this.#closed;
    this.#closed = [];
    if (!READING.has(request.op)) this.#changes += 1;
    const use: FileUse<O> = { closed, request };
    const started = this.#context.capabilities.start('filesystem', request.op, use);
    if (request.op === 'write') this.#context.capabilities.finish(started);
    const answer = await started;
    if (answer.kind === 'refused') return err(REFUSED[answer.reason]);
    return answer.value as FileAnswer<O>; // the platform's own answer to this operation
  }

  close(target: FileTarget): void {
    if (typeof target === 'number') this.#closed.push(target);
  }

  async settled(target: FileTarget): Promise<Result<null, FileErrorCode>> {
    this.sendAll();
    const mine = [...this.#writers].filter((writer) => writer.target === target);
    const waiting = this.condition(() => mine.every((writer) => writer.pendingBytes === 0));
    if (!waiting.ready()) await this.#context.lifetime.until(waiting.wait);
    const failed = mine.find((writer) => writer.failure !== undefined)?.failure;
    return failed === undefined ? ok(null) : err(failed);
  }

  reader(target: FileTarget, offset: number): ByteSource {
    return new VolumeReader(this, target, offset);
  }

  writer(target: FileTarget, offset: number | undefined): ByteSink {
    const writer = new VolumeWriter(this, target, offset);
    this.#writers.add(writer);
    return writer;
  }

  forget(writer: PendingWriter): void {
    for (const each of this.#writers) if (each === writer) this.#writers.delete(each);
  }

  sendAll(): void {
    for (const writer of this.#writers) writer.flush();
  }

  /** Something that was on the way arrived. */
  progressed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Ready when `holds`, which is asked again after everything that arrives. */
  condition(holds: () => boolean): PollSource {
    const wait = (wake: () => void) => {
      const listener = () => {
        if (holds()) wake();
      };
      this.#listeners.add(listener);
      return () => {
        this.#listeners.delete(listener);
      };
    };
    return { lifetime: this.#context.lifetime, ready: holds, wait };
  }
}
