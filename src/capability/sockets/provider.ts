/** Nobody has sockets: the interfaces link in the isolate and refuse there, and what was tried is recorded here. */
import {
  denied,
  invalid,
  type Provider,
  type ProviderAnswer,
  type ProviderMetadata,
  type ProviderUse,
} from '../provider.ts';

/** What a component may have tried: the functions of `wasi:sockets` that do not need a socket. */
const OPERATIONS = ['create-tcp-socket', 'create-udp-socket', 'resolve-addresses'] as const;

export class SocketsProvider implements Provider {
  readonly metadata: ProviderMetadata = {
    name: 'sockets',
    interfaces: ['ip-name-lookup', 'tcp-create-socket', 'udp-create-socket'].map((name) => `wasi:sockets/${name}`),
    operations: OPERATIONS,
  };

  async initialise(): Promise<void> {}

  async invoke({ operation, refuse }: ProviderUse): Promise<ProviderAnswer> {
    const known = OPERATIONS.find((each) => each === operation);
    if (known === undefined) return invalid('not a use of a socket');
    return denied(refuse({ capability: 'sockets', resource: known, rule: 'no component has sockets' }));
  }

  async shutDown(): Promise<void> {}
}
