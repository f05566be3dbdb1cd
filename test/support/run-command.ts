/** Runs commands in Node, as an isolate would: what they wrote, and how they ended. */
import { runCall } from '../../functions/runtime/call.ts';
import type { Guest } from '../../functions/runtime/guest.ts';
import type { CapabilityAnswer, CapabilityUse, OpenDirectory } from '../../src/isolate/protocol.ts';
import { type CommandName, command } from './commands.ts';
import { runnable } from './run-component.ts';

export interface CommandEnd {
  /** The exit code, or what else ended it. */
  readonly end: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Without the name of the program. */
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directories?: readonly OpenDirectory[];
  readonly use?: (use: CapabilityUse) => Promise<CapabilityAnswer>;
  readonly memoryBytes?: number;
}

export async function loadCommand(name: CommandName): Promise<Guest> {
  return runnable(await command(name));
}

export async function runCommand(guest: Guest, options: CommandOptions = {}): Promise<CommandEnd> {
  const { args = [], stdin = '', environment = {}, directories = [], use, memoryBytes = 64 * 1024 * 1024 } = options;
  const { outcome, heard } = await runCall(
    guest,
    {
      task: { kind: 'command', args: ['command', ...args], stdin, streams: false },
      instance: 'test',
      environment: Object.entries(environment),
      directories,
      timeoutMs: 30_000,
      fuel: 4_000_000_000,
      memoryBytes,
      capabilityUses: 10_000,
      subrequests: 10,
      reuse: true,
      maxIdle: 64,
      maxResponseBytes: 10_000_000,
    },
    use === undefined ? {} : { use },
  );
  await heard;
  if (outcome.kind === 'exited') return { end: outcome.code, stdout: outcome.stdout, stderr: outcome.stderr };
  const end = outcome.kind === 'crashed' ? `crashed: ${outcome.reason}: ${outcome.text}` : outcome.kind;
  return { end, stdout: '', stderr: '' };
}
