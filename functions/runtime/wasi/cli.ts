/** `wasi:cli`: environment, arguments, exit and the standard streams. There is no working directory and no terminal. */
import { WRITE_PERMIT_BYTES } from '../limits.ts';
import type { WasiContext } from './context.ts';
import { Resource } from './resource.ts';
import { type ByteSink, InputStream, OutputStream } from './streams.ts';

export class TerminalInput extends Resource {}

export class TerminalOutput extends Resource {}

export const terminalInput = { TerminalInput };
export const terminalOutput = { TerminalOutput };
export const terminalStdin = { getTerminalStdin: () => undefined };
export const terminalStdout = { getTerminalStdout: () => undefined };
export const terminalStderr = { getTerminalStderr: () => undefined };

export function createEnvironment({ environment, cli: { args } }: WasiContext) {
  return {
    getEnvironment: () => environment.map(([key, value]): [string, string] => [key, value]),
    getArguments: (): string[] => [...args],
    initialCwd: () => undefined,
  };
}

export function createExit(context: WasiContext) {
  return {
    exit: (status: { readonly tag: 'ok' | 'err' }): never => context.exit(status.tag === 'ok' ? 0 : 1),
    exitWithCode: (code: number): never => context.exit(code),
  };
}

export function createStdin({ cli }: WasiContext) {
  let rest: Uint8Array | undefined;
  /** One position for all streams that are handed out, as in a process. */
  const read = (length: number): Uint8Array | undefined => {
    rest ??= encoder.encode(cli.stdin);
    if (rest.length === 0) return undefined;
    const bytes = rest.slice(0, length);
    rest = rest.subarray(bytes.length);
    return bytes;
  };
  return { getStdin: () => new InputStream({ read }) };
}

export function createStdout(context: WasiContext) {
  return { getStdout: () => new OutputStream(outputTo('stdout', context)) };
}

export function createStderr(context: WasiContext) {
  return { getStderr: () => new OutputStream(outputTo('stderr', context)) };
}

const encoder = new TextEncoder();

/** Into the log, and to whoever reads along. */
function outputTo(stream: 'stdout' | 'stderr', { stdio, output }: WasiContext): ByteSink {
  return {
    write(bytes) {
      stdio.write(stream, bytes);
      output()?.write(stream, bytes);
    },
    permit: () => output()?.permit?.() ?? WRITE_PERMIT_BYTES,
    get room() {
      return output()?.room;
    },
  };
}
