/** `wasi:filesystem`: the directories that a call finds open, and what can be done with them. */
import type { WasiContext } from '../context.ts';
import { IoError } from '../streams.ts';
import { Descriptor } from './descriptor.ts';
import { DirectoryEntryStream } from './directory-entry-stream.ts';
import { FileCause } from './files.ts';
import { MemoryFiles } from './memory-files.ts';
import { VolumeFiles } from './volume-files.ts';

/** Where the memory of the call is found; a directory of the volume with this name cannot be seen. */
const TMP = '/tmp';

export const filesystemTypes = {
  Descriptor,
  DirectoryEntryStream,
  /** Undefined for the error of a stream that is not a file's. */
  filesystemErrorCode(error: IoError) {
    const cause = IoError.causeOf(error);
    return cause instanceof FileCause ? cause.code : undefined;
  },
};

/** What more than one call can reach beside that. */
export const filesystemShared: readonly object[] = [FileCause, MemoryFiles, VolumeFiles];

export function createPreopens(context: WasiContext) {
  const tmp = new MemoryFiles(context);
  const volume = new VolumeFiles(context);
  const roots = context.directories.filter(({ path }) => path !== TMP);
  return {
    getDirectories: (): [Descriptor, string][] => [
      ...roots.map(({ path, writable }): [Descriptor, string] => [directory(volume, path, writable), path]),
      [directory(tmp, TMP, true), TMP],
    ],
  };
}

function directory(files: MemoryFiles | VolumeFiles, root: string, mutateDirectory: boolean): Descriptor {
  return new Descriptor({
    files,
    target: { root },
    kind: 'directory',
    flags: { read: true, write: false, mutateDirectory },
  });
}
