/** What a command may not do with files, and what is recorded of it; what large files cost. */
import { expect, it } from 'vitest';
import { NO_GRANTS } from '../../../../src/policy/index.ts';
import { MemoryVolume, volumeUses } from '../../../support/memory-volume.ts';
import { loadCommand, runCommand } from '../../../support/run-command.ts';
import { storageGrants } from '../../../support/storage-grants.ts';

const WORK = '{uri: "fs://work/**", access: [read, write]}';
const grants = storageGrants(`{allow: [${WORK}]}`);
const directories = [{ path: '/work', writable: true }];

it('loses what is revoked while it runs, and keeps what it had written', async () => {
  const volume = new MemoryVolume();
  let uses = 0;
  const denied: string[] = [];
  const use = volumeUses(
    volume,
    () => {
      uses += 1;
      return uses > 20 ? NO_GRANTS : grants;
    },
    (resource) => denied.push(resource),
  );
  const ended = await runCommand(await loadCommand('appends'), { args: ['/work'], directories, use });
  expect(ended).toEqual({ end: 0, stdout: '2\n', stderr: '' });
  // The adapter looks where the file ends before it appends.
  expect(denied).toEqual(['read /work/log']);
  const read = await volume.perform({
    call: 'test',
    grants,
    closed: [],
    request: { op: 'stat-at', at: { root: '/work', mutate: false, granted: true }, path: 'log', follow: false },
  });
  expect(read).toMatchObject({ ok: true, value: { size: expect.any(Number) } });
  if (read.ok) expect((read.value as { readonly size: number }).size).toBeGreaterThan(0);
});

it('reads ahead: a file of a mebibyte takes fewer messages than parts', async () => {
  const reads: number[] = [];
  const volume = new MemoryVolume();
  const send = volumeUses(volume, () => grants);
  const ended = await runCommand(await loadCommand('bulk'), {
    args: ['/work'],
    directories,
    use: (use) => {
      if (use.operation === 'read') reads.push(1);
      return send(use);
    },
  });
  expect(ended).toEqual({ end: 0, stdout: `${3 * 1024}\n`, stderr: '' });
  expect(reads.length).toBeLessThan(14);
});

it('pays for what it reads of /tmp as for copying', async () => {
  const ended = await runCommand(await loadCommand('bulk'), { args: ['/tmp'] });
  expect(ended).toEqual({ end: 0, stdout: `${3 * 1024}\n`, stderr: '' });
});

it('has /tmp out of the memory of its call', async () => {
  // The command starts with 65 pages of 64 KiB; a mebibyte beside them is too much for 70.
  const ended = await runCommand(await loadCommand('bulk'), { args: ['/tmp'], memoryBytes: 70 * 65_536 });
  expect(ended).toMatchObject({ end: 1, stderr: expect.stringContaining('write: 51') });
});
