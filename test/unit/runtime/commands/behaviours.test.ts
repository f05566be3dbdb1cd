/** What programs for WASI preview 1 rely on, through jco's adapter: on files in memory and on files of a volume. */
import { describe, expect, it } from 'vitest';
import { BEHAVIOURS, endOf, inputOf } from '../../../support/behaviours.ts';
import { MemoryVolume, volumeUses } from '../../../support/memory-volume.ts';
import { loadCommand, runCommand } from '../../../support/run-command.ts';
import { storageGrants } from '../../../support/storage-grants.ts';

const behaviours = await loadCommand('behaviours');
const grants = storageGrants('{allow: [{uri: "fs://work/**", access: [read, write]}]}');

describe.each(['/tmp', '/work'])('in %s', (directory) => {
  it.each(BEHAVIOURS)('%s', async (name) => {
    const { args, environment } = inputOf(name);
    const ended = await runCommand(behaviours, {
      args: [name, directory, ...args],
      environment,
      directories: [{ path: '/work', writable: true }],
      use: volumeUses(new MemoryVolume(), () => grants),
    });
    expect(ended).toEqual(endOf(name));
  });
});
