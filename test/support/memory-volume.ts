/** A volume in memory for tests in Node: what the volume object does, without storage. */
import { FilesystemProvider } from '../../src/capability/filesystem/provider.ts';
import type { Volume, VolumeAnswer, VolumeRequest, VolumeTarget } from '../../src/capability/filesystem/volume.ts';
import type { ProviderUse } from '../../src/capability/provider.ts';
import { FileSystem } from '../../src/core/files/file-system.ts';
import { MemoryStore } from '../../src/core/files/memory-store.ts';
import type { OpenNode } from '../../src/core/files/requests.ts';
import { VOLUME_QUOTA } from '../../src/core/limits.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';
import { compileGrants, type Grants } from '../../src/policy/index.ts';

export class MemoryVolume implements Volume {
  readonly #open = new Map<number, number>();
  readonly #files = new FileSystem(new MemoryStore(0n, () => true), VOLUME_QUOTA, (node) => this.#open.has(node));

  async perform({ grants, request, closed }: VolumeRequest): Promise<VolumeAnswer> {
    for (const node of closed) this.#close(node);
    const decide = compileGrants(grants);
    const asking = {
      rules: (path: string, access: 'read' | 'write') => decide({ capability: 'storage', path, access }),
      now: BigInt(Date.now()) * 1_000_000n,
      step: () => undefined,
    };
    const target = (at: VolumeTarget): OpenNode => {
      if (!('root' in at)) return at;
      const root = this.#files.root(at.root, { make: at.granted, mutate: at.mutate }, asking);
      if (!root.ok) throw new Error(root.error.code);
      return root.value;
    };
    const at = target(request.at);
    const answer = this.#files.perform(
      'to' in request ? { ...request, at, to: target(request.to) } : { ...request, at },
      asking,
    );
    if (answer.ok && request.op === 'open') {
      const { node } = answer.value as OpenNode; // that is what `open` answers with
      this.#open.set(node, (this.#open.get(node) ?? 0) + 1);
    }
    return answer;
  }

  async release(): Promise<void> {
    this.#open.clear();
  }

  #close(node: number): void {
    const count = this.#open.get(node) ?? 0;
    if (count > 1) this.#open.set(node, count - 1);
    else this.#open.delete(node);
    this.#files.closed(node);
  }
}

/** What sends uses of one call to a volume. `denied` hears of refusals. */
export function volumeUses(
  volume: Volume,
  grants: () => Grants,
  denied: (resource: string) => void = () => undefined,
): (use: CapabilityUse) => Promise<CapabilityAnswer> {
  const provider = new FilesystemProvider(() => volume);
  return ({ operation, input }) => {
    const use: Pick<ProviderUse, 'operation' | 'input' | 'caller' | 'grants' | 'refuse' | 'onEnd'> = {
      operation,
      input: structuredClone(input),
      caller: { component: 'test', version: 'v1', instance: 'test', request: 'test' },
      grants,
      refuse: ({ resource, rule }) => {
        denied(resource);
        return { allowed: false, rule };
      },
      onEnd: () => undefined,
    };
    return provider.invoke(use as ProviderUse); // files are decided with the grants alone
  };
}
