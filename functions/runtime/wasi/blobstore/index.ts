/** `wasi:blobstore` for one call: containers and objects that the platform keeps, each use decided outside of the isolate. */
import type { CopyInput } from '../../../../src/capability/blobstore/contract.ts';
import type { WasiContext } from '../context.ts';
import { BlobClient } from './client.ts';
import { Container, StreamObjectNames } from './containers.ts';
import { IncomingValue } from './incoming-value.ts';
import { OutgoingValue } from './outgoing-value.ts';

/** The classes behind the resources of `wasi:blobstore/container`. */
export const containerClasses = { Container, StreamObjectNames };

/** The classes behind the resources of `wasi:blobstore/types`. */
export const valueClasses = { OutgoingValue, IncomingValue };

/** `wasi:blobstore/blobstore` */
export function createBlobstore(context: WasiContext) {
  const client = clientOf(context);
  const { lifetime } = context;
  const copy = (from: CopyInput['from'], to: CopyInput['to']): CopyInput => ({
    from: { container: from.container, object: from.object },
    to: { container: to.container, object: to.object },
  });
  return {
    async createContainer(name: string): Promise<Container> {
      await client.ask('create-container', { container: name });
      return new Container(client, name);
    },
    async getContainer(name: string): Promise<Container> {
      await client.ask('get-container', { container: name });
      return new Container(client, name);
    },
    async deleteContainer(name: string): Promise<void> {
      await client.ask('delete-container', { container: name });
    },
    containerExists(name: string): Promise<boolean> {
      return client.ask('container-exists', { container: name });
    },
    async copyObject(from: CopyInput['from'], to: CopyInput['to']): Promise<void> {
      await lifetime.settle(client.carry<null>((carrier) => carrier.copyBlob(copy(from, to))));
    },
    async moveObject(from: CopyInput['from'], to: CopyInput['to']): Promise<void> {
      await lifetime.settle(client.carry<null>((carrier) => carrier.moveBlob(copy(from, to))));
    },
  };
}

/** `wasi:blobstore/types`: the static function that makes a value makes it for this call. */
export function createBlobTypes(context: WasiContext) {
  const client = clientOf(context);
  function CallValue() {
    throw new TypeError('the resource has no constructor');
  }
  CallValue.prototype = OutgoingValue.prototype;
  CallValue.newOutgoingValue = () => new OutgoingValue(client);
  CallValue.finish = OutgoingValue.finish;
  return { ...valueClasses, OutgoingValue: CallValue };
}

/** What the interfaces of one call share. */
const clients = new WeakMap<WasiContext, BlobClient>();

function clientOf(context: WasiContext): BlobClient {
  const known = clients.get(context);
  if (known !== undefined) return known;
  const client = new BlobClient(context);
  clients.set(context, client);
  return client;
}
