/**
 * Nobody has sockets: the interfaces link in the isolate and refuse there, and what was tried is recorded here. Its operations
 * are the functions of `wasi:sockets` that do not need a socket.
 */
import { metadataOf } from '../metadata.ts';
import { denied, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';

export class SocketsProvider implements Provider {
  readonly metadata = metadataOf('sockets');

  async initialise(): Promise<void> {}

  async invoke({ operation, refuse }: ProviderUse): Promise<ProviderAnswer> {
    const known = this.metadata.operations.find((each) => each === operation);
    if (known === undefined) return invalid('not a use of a socket');
    return denied(refuse({ capability: 'sockets', resource: known, rule: 'no component has sockets' }));
  }

  async shutDown(): Promise<void> {}
}
