/** Probes of `wasi:keyvalue` and `wasi:blobstore`. */
import type { Probe } from './evidence.ts';

const BYTES = new TextEncoder().encode('bytes');

export const keyvalue: Probe = async (guest) => {
  for (const draft of ['', '@0.2.0-draft']) {
    const on = (name: string, ...values: readonly unknown[]) =>
      guest.call(`wasi:keyvalue/store${draft}#[method]bucket.${name}`, ...values);
    const bucket = await guest.call(`wasi:keyvalue/store${draft}#open`, 'probe');
    await on('set', bucket, 'key', BYTES);
    for (const name of ['get', 'exists', 'delete']) await on(name, bucket, 'key');
    await on('list-keys', bucket, undefined);
    await guest.call(`wasi:keyvalue/atomics${draft}#increment`, bucket, 'count', 1n);
  }
  const bucket = await guest.call('wasi:keyvalue/store#open', 'probe');
  const cas = await guest.call('wasi:keyvalue/atomics#[static]cas.new', bucket, 'swapped');
  await guest.call('wasi:keyvalue/atomics#[method]cas.current', cas);
  await guest.call('wasi:keyvalue/atomics#swap', cas, BYTES);
  await guest.call('wasi:keyvalue/batch#set-many', bucket, [['a', BYTES]]);
  await guest.call('wasi:keyvalue/batch#get-many', bucket, ['a']);
  await guest.call('wasi:keyvalue/batch#delete-many', bucket, ['a']);
};

export const blobstore: Probe = async (guest) => {
  const store = (name: string, ...values: readonly unknown[]) =>
    guest.call(`wasi:blobstore/blobstore#${name}`, ...values);
  const on = (name: string, ...values: readonly unknown[]) =>
    guest.call(`wasi:blobstore/container#[method]container.${name}`, ...values);
  const container = `probe-${crypto.randomUUID().slice(0, 8)}`;
  const made = await store('create-container', container);
  await store('get-container', container);
  await store('container-exists', container);
  for (const name of ['name', 'info']) await on(name, made);
  const value = await guest.call('wasi:blobstore/types#[static]outgoing-value.new-outgoing-value');
  const body = await guest.call('wasi:blobstore/types#[method]outgoing-value.outgoing-value-write-body', value);
  await on('write-data', made, 'a', value);
  await guest.call('wasi:io/streams#[method]output-stream.blocking-write-and-flush', body, BYTES);
  await guest.call('wasi:blobstore/types#[static]outgoing-value.finish', value);
  for (const name of ['has-object', 'object-info']) await on(name, made, 'a');
  const incoming = await on('get-data', made, 'a', 0n, 4n);
  await guest.call('wasi:blobstore/types#[method]incoming-value.size', incoming);
  await guest.call('wasi:blobstore/types#[static]incoming-value.incoming-value-consume-sync', incoming);
  const streamed = await on('get-data', made, 'a', 0n, 4n);
  await guest.call('wasi:blobstore/types#[static]incoming-value.incoming-value-consume-async', streamed);
  await store('copy-object', { container, object: 'a' }, { container, object: 'b' });
  await store('move-object', { container, object: 'b' }, { container, object: 'c' });
  const names = await on('list-objects', made);
  const stream = 'wasi:blobstore/container#[method]stream-object-names.';
  await guest.call(`${stream}read-stream-object-names`, names, 1n);
  await guest.call(`${stream}skip-stream-object-names`, names, 1n);
  await on('delete-object', made, 'a');
  await on('delete-objects', made, ['c']);
  await on('clear', made);
  await store('delete-container', container);
};
