/** A run of `wasi:cli/run`: arguments and standard input in, output and an exit code out. */
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { CommandTask as CommandRequest } from '../../../src/isolate/tasks.ts';
import { CollectedOutput, StreamedOutput } from './command-output.ts';
import type { Task, TaskEnd, TaskFrame } from './task.ts';

export class CommandTask implements Task {
  readonly export: string;
  readonly isFallible = true;
  readonly mayExit = true;
  readonly cli: Task['cli'];
  readonly #streams: boolean;
  #output: CollectedOutput | StreamedOutput | undefined;

  constructor(id: string, { args, stdin, streams }: CommandRequest) {
    this.export = id;
    this.cli = { args, stdin };
    this.#streams = streams;
  }

  get output(): CollectedOutput | StreamedOutput | undefined {
    return this.#output;
  }

  begin(frame: TaskFrame): readonly unknown[] {
    this.#output = this.#streams ? new StreamedOutput(frame) : new CollectedOutput(frame.maxResponseBytes);
    return [];
  }

  settle(end: TaskEnd, fuel: number): CallOutcome {
    const output = this.#output;
    const isCollected = output instanceof CollectedOutput;
    return {
      kind: 'exited',
      code: exitCodeOf(end),
      stdout: isCollected ? output.text('stdout') : '',
      stderr: isCollected ? output.text('stderr') : '',
      truncated: output?.truncated ?? false,
      fuel,
    };
  }

  /** What was printed is passed on however the command ended. */
  async finish(outcome: CallOutcome): Promise<CallOutcome> {
    if (this.#output instanceof StreamedOutput) {
      this.#output.close();
      await this.#output.passedOn;
    }
    return outcome;
  }

  abandon(): void {
    if (this.#output instanceof StreamedOutput) this.#output.fail('the call is over');
  }
}

function exitCodeOf(end: TaskEnd): number {
  if ('exitCode' in end) return end.exitCode;
  return 'returned' in end ? 0 : 1;
}
