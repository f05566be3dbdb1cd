/** Finds what a call is to enter, and reads what is brought to it. Nothing of the component runs. */
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { CallOutcome } from '../../../src/isolate/protocol.ts';
import type { CallTask } from '../../../src/isolate/tasks.ts';
import { readArguments, refusal } from '../body.ts';
import type { Guest } from '../guest.ts';
import { CommandTask } from './command-task.ts';
import { FunctionTask } from './function-task.ts';
import { HttpTask } from './http-task.ts';
import { MessageTask } from './message-task.ts';
import type { Task } from './task.ts';

/** The task, or the outcome of a call that cannot begin. */
export function openTask(guest: Guest, task: CallTask, maxResponseBytes: number): Result<Task, CallOutcome> {
  if (task.kind === 'function') {
    const fn = guest.export(task.function);
    if (fn === undefined) return err(refusal(`the component has no callable function \`${task.function}\``));
    const values = readArguments(fn, task.body);
    return values.ok ? ok(new FunctionTask(fn, values.value, maxResponseBytes)) : values;
  }
  const entrance = guest.entrance(task.kind);
  if (entrance === undefined) return err(refusal(`the component has no entrance of the kind \`${task.kind}\``));
  switch (task.kind) {
    case 'command':
      return ok(new CommandTask(entrance, task));
    case 'http':
      return ok(new HttpTask(entrance, task));
    case 'message':
      return ok(new MessageTask(entrance, task));
  }
}
