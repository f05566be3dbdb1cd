/** Probes of `wasi:filesystem`, in the component's volume. */
import { payloadOf } from '../wasi-guest.ts';
import type { Probe, ProbeGuest } from './evidence.ts';

const ON = 'wasi:filesystem/types#[method]descriptor.';
const ENTRIES = 'wasi:filesystem/types#[method]directory-entry-stream.';
const BYTES = new TextEncoder().encode('bytes');
const NOW = { tag: 'now' };
const READ_WRITE = { read: true, write: true };

/** A directory, a file in it that can be read and written, and the error of a stream. */
export async function filesOf(guest: ProbeGuest): Promise<{ root: unknown; file: unknown; error: unknown }> {
  const [[root] = []] = await guest.call<[unknown, string][]>('wasi:filesystem/preopens#get-directories');
  const file = await guest.call(`${ON}open-at`, root, {}, `f-${crypto.randomUUID()}`, { create: true }, READ_WRITE);
  return { root, file, error: await errorOf(guest, root) };
}

/** A file is opened, and another takes away what its stream would read. */
async function errorOf(guest: ProbeGuest, root: unknown): Promise<unknown> {
  const name = `gone-${crypto.randomUUID()}`;
  const file = await guest.call(`${ON}open-at`, root, {}, name, { create: true }, READ_WRITE);
  const stream = await guest.call(`${ON}write-via-stream`, file, 2n ** 62n);
  const failed = await guest
    .call('wasi:io/streams#[method]output-stream.blocking-write-and-flush', stream, BYTES)
    .catch(payloadOf);
  return typeof failed === 'object' && failed !== null ? Reflect.get(failed, 'val') : undefined;
}

export const filesystem: Probe = async (guest) => {
  const { root, file } = await filesOf(guest);
  const [directory, other] = [`d-${crypto.randomUUID()}`, `o-${crypto.randomUUID()}`];
  const on = (name: string, ...values: readonly unknown[]) => guest.call(`${ON}${name}`, ...values);
  await on('write', file, BYTES, 0n);
  await on('read', file, 5n, 0n);
  for (const name of ['sync', 'sync-data', 'get-flags', 'get-type', 'stat', 'metadata-hash']) await on(name, file);
  await on('advise', file, 0n, 5n, 'normal');
  await on('set-size', file, 3n);
  await on('set-times', file, NOW, NOW);
  await on('read-via-stream', file, 0n);
  await on('write-via-stream', file, 0n);
  await on('append-via-stream', file);
  await on('is-same-object', file, file);
  await on('create-directory-at', root, directory);
  await on('stat-at', root, {}, directory);
  await on('set-times-at', root, {}, directory, NOW, NOW);
  await on('metadata-hash-at', root, {}, directory);
  await on('symlink-at', root, directory, other);
  await on('readlink-at', root, other);
  await on('unlink-file-at', root, other);
  await on('open-at', root, {}, other, { create: true }, READ_WRITE);
  await on('link-at', root, {}, other, root, `${other}-2`);
  await on('rename-at', root, `${other}-2`, root, `${other}-3`);
  await guest.call(`${ENTRIES}read-directory-entry`, await on('read-directory', root));
  await on('remove-directory-at', root, directory);
};
