/** `wasi:filesystem`: an empty one. There are no preopened directories, so no descriptor can be had. */
import { deniedInterface } from './denied.ts';

export const preopens = { getDirectories: (): [] => [] };

export const filesystemTypes = {
  ...deniedInterface('wasi:filesystem/types', 'access-denied'),
  /** No stream fails for a reason that is the filesystem's. */
  filesystemErrorCode: () => undefined,
};
