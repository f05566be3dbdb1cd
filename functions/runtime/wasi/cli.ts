/** `wasi:cli`: environment, exit and the standard streams. There are no arguments, no directory and no terminal. */
import type { WasiContext } from './context.ts';
import { Resource } from './resource.ts';
import { InputStream, OutputStream } from './streams.ts';

export class TerminalInput extends Resource {}

export class TerminalOutput extends Resource {}

export const terminalInput = { TerminalInput };
export const terminalOutput = { TerminalOutput };
export const terminalStdin = { getTerminalStdin: () => undefined };
export const terminalStdout = { getTerminalStdout: () => undefined };
export const terminalStderr = { getTerminalStderr: () => undefined };

export function createEnvironment({ environment }: WasiContext) {
  return {
    getEnvironment: () => environment.map(([key, value]): [string, string] => [key, value]),
    getArguments: (): string[] => [],
    initialCwd: () => undefined,
  };
}

export function createExit(context: WasiContext) {
  return {
    exit: (status: { readonly tag: 'ok' | 'err' }): never => context.exit(status.tag === 'ok' ? 0 : 1),
    exitWithCode: (code: number): never => context.exit(code),
  };
}

/** Standard input is at its end. */
export const stdin = { getStdin: () => new InputStream({ read: () => undefined }) };

export function createStdout({ stdio }: WasiContext) {
  return { getStdout: () => new OutputStream({ write: (bytes) => stdio.write('stdout', bytes) }) };
}

export function createStderr({ stdio }: WasiContext) {
  return { getStderr: () => new OutputStream({ write: (bytes) => stdio.write('stderr', bytes) }) };
}
