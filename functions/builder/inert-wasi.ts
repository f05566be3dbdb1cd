/**
 * The WASI that jco's own component sees in the builder: no files, no arguments, no environment. What it writes to
 * stderr is kept, since a Rust panic says there what went wrong.
 */

const MAX_STDERR_CHARACTERS = 4_096;

let stderrText = '';

/** What was written to stderr since the last call. */
export function takeStderr(): string {
  const text = stderrText;
  stderrText = '';
  return text;
}

class IoError {
  toDebugString(): string {
    return 'closed';
  }
}

class InputStream {}

class OutputStream {
  readonly #write: (text: string) => void;
  readonly #decoder = new TextDecoder();

  constructor(write: (text: string) => void = () => {}) {
    this.#write = write;
  }

  checkWrite(): bigint {
    return 65_536n;
  }

  write(bytes: Uint8Array): void {
    this.#write(this.#decoder.decode(bytes, { stream: true }));
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    this.write(bytes);
  }

  flush(): void {}

  blockingFlush(): void {}
}

class Descriptor {}
class DirectoryEntryStream {}
class TerminalInput {}
class TerminalOutput {}

const stdoutStream = new OutputStream();
const stderrStream = new OutputStream((text) => {
  stderrText = (stderrText + text).slice(-MAX_STDERR_CHARACTERS);
});

export const environment = {
  getEnvironment: (): [string, string][] => [],
  getArguments: (): string[] => [],
  initialCwd: (): undefined => undefined,
};

export const exit = {
  exit(): never {
    throw new Error('the transpiler ended itself');
  },
};

export const stdin = { getStdin: () => new InputStream() };
export const stdout = { getStdout: () => stdoutStream };
export const stderr = { getStderr: () => stderrStream };

export const terminalInput = { TerminalInput };
export const terminalOutput = { TerminalOutput };
export const terminalStdin = { getTerminalStdin: (): undefined => undefined };
export const terminalStdout = { getTerminalStdout: (): undefined => undefined };
export const terminalStderr = { getTerminalStderr: (): undefined => undefined };

export const preopens = { getDirectories: (): [Descriptor, string][] => [] };
export const types = { Descriptor, DirectoryEntryStream, filesystemErrorCode: (): undefined => undefined };

export const error = { Error: IoError };
export const streams = { InputStream, OutputStream };

/** Seeds jco's hash maps. A fixed seed makes builds repeatable; an upload that fights it only slows its own build down. */
export const random = {
  getRandomBytes: (length: bigint): Uint8Array => new Uint8Array(Number(length)).fill(7),
};
