/** Runs one command of the toolchain in the checkout and collects what it prints. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths.ts';

export interface RunResult {
  readonly code: number;
  readonly output: string;
}

export interface RunOptions {
  /** Show the output while it comes. */
  readonly show?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the command. */
  readonly signal?: AbortSignal;
}

const BIN = join(ROOT, 'node_modules', '.bin');

/** Never throws for a command that fails: look at `code`. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let output = '';
    const take = (text: string) => {
      output += text;
      if (options.show === true) process.stdout.write(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a TypeScript file of this checkout with the node that runs us; its output becomes the error when it fails. */
export async function runScript(path: string, signal?: AbortSignal): Promise<void> {
  const result = await run(process.execPath, [path], signal === undefined ? {} : { signal });
  if (result.code !== 0) throw new Error(`${path} failed:\n${result.output.trimEnd()}`);
}
