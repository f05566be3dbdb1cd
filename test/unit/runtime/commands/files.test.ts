/** A command that reads and writes files, in the memory of its call and in its volume. */
import { expect, it } from 'vitest';
import { MemoryVolume, volumeUses } from '../../../support/memory-volume.ts';
import { loadCommand, runCommand } from '../../../support/run-command.ts';
import { storageGrants } from '../../../support/storage-grants.ts';

const files = await loadCommand('files');
const grants = storageGrants('{allow: [{uri: "fs://work/**", access: [read, write]}]}');

it('finds an empty /tmp in every call', async () => {
  for (let round = 0; round < 2; round += 1) {
    expect(await runCommand(files)).toEqual({ end: 0, stdout: 'x\n', stderr: '' });
  }
});

it('finds in its volume what calls before it wrote', async () => {
  const use = volumeUses(new MemoryVolume(), () => grants);
  const options = { environment: { DIRECTORY: '/work' }, directories: [{ path: '/work', writable: true }], use };
  expect((await runCommand(files, options)).stdout).toBe('x\n');
  expect(await runCommand(files, options)).toEqual({ end: 0, stdout: 'xx\n', stderr: '' });
});
