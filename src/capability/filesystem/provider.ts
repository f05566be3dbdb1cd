/** Files of a component's volume, for its calls: keeps their descriptors, and hands what they ask for to the volume. */
import type { FileErrorCode } from '../../core/files/file-error.ts';
import type { FileReplies, FileRequest, OpenNode } from '../../core/files/requests.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type Grants, resourceOf, storageRoots } from '../../policy/index.ts';
import { metadataOf } from '../metadata.ts';
import { done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import type { FileTarget } from './contract.ts';
import { Descriptors } from './descriptors.ts';
import { readFileUse } from './input.ts';
import type { Volume, VolumeAnswer, VolumeTarget } from './volume.ts';

/** Finds the volume of a component. */
export type VolumeOf = (component: string) => Volume;

export class FilesystemProvider implements Provider {
  readonly metadata = metadataOf('filesystem');
  readonly #volumeOf: VolumeOf;
  /** One stub: requests that are sent over it arrive in their order. It is made anew after a failure. */
  #volume: Volume | undefined;
  /** By the instance of the call. */
  readonly #calls = new Map<string, Descriptors>();

  constructor(volumeOf: VolumeOf) {
    this.#volumeOf = volumeOf;
  }

  async initialise(): Promise<void> {}

  async shutDown(): Promise<void> {
    this.#calls.clear();
  }

  async invoke(use: ProviderUse): Promise<ProviderAnswer> {
    const read = readFileUse(use.input);
    if (read === undefined || read.request.op !== use.operation) return invalid('not a request for files');
    const descriptors = this.#descriptors(use);
    const closed = descriptors.close(read.closed);
    const grants = use.grants();
    const request = resolve(read.request, descriptors, grants);
    if (request === undefined) return done(failed('bad-descriptor'));
    if (request.op === 'open' && descriptors.isFull) return done(failed('insufficient-memory'));
    const { component, instance } = use.caller;
    this.#volume ??= this.#volumeOf(component);
    const volume = this.#volume;
    const answer = await volume.perform({ call: instance, grants, request, closed }).catch((error: unknown) => {
      if (this.#volume === volume) this.#volume = undefined;
      throw error;
    });
    return done(told(answer, request, descriptors, use));
  }

  /** Those of the call; they and what they hold in the volume are given up with it. */
  #descriptors({ caller: { component, instance }, onEnd }: ProviderUse): Descriptors {
    const known = this.#calls.get(instance);
    if (known !== undefined) return known;
    const made = new Descriptors();
    this.#calls.set(instance, made);
    onEnd(() => {
      this.#calls.delete(instance);
      this.#volumeOf(component)
        .release(instance)
        .catch((error: unknown) => {
          console.warn({ message: 'a volume could not be told of the end of a call', component, error: String(error) });
        });
    });
    return made;
  }
}

function failed(code: FileErrorCode): Result<never, FileErrorCode> {
  return err(code);
}

/** The request with what its descriptors stand for; undefined when there is no such descriptor. */
function resolve(
  request: FileRequest<FileTarget>,
  descriptors: Descriptors,
  grants: Grants,
): FileRequest<VolumeTarget> | undefined {
  const at = targetOf(request.at, descriptors, grants);
  if (at === undefined) return undefined;
  if (!('to' in request)) return { ...request, at };
  const to = targetOf(request.to, descriptors, grants);
  return to === undefined ? undefined : { ...request, at, to };
}

function targetOf(target: FileTarget, descriptors: Descriptors, grants: Grants): VolumeTarget | undefined {
  if (typeof target === 'number') return descriptors.get(target);
  const root = storageRoots(grants).find(({ path }) => path === target.root);
  return { root: target.root, mutate: root?.writable ?? false, granted: root !== undefined };
}

/** The answer as the isolate gets it; a refusal is recorded. */
function told(
  answer: VolumeAnswer,
  { op }: FileRequest<VolumeTarget>,
  descriptors: Descriptors,
  use: ProviderUse,
): Result<FileReplies<number>[FileRequest<unknown>['op']], FileErrorCode> {
  if (!answer.ok) {
    const { code, refused } = answer.error;
    if (refused !== undefined) {
      const { path, access, rule } = refused;
      use.refuse({ ...resourceOf({ capability: 'storage', path, access }), rule });
    }
    return err(code);
  }
  if (op !== 'open') return ok(answer.value as FileReplies<number>[Exclude<typeof op, 'open'>]); // only `open` answers with a descriptor
  const opened = answer.value as OpenNode; // that is what `open` answers with
  const { kind, node, mutate } = opened;
  return ok({ at: descriptors.add(opened), kind, node, mutate });
}
