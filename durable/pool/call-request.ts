/** Pure: one call as the isolate gets it, with the limits of its policy. */

import type { Environment } from '../../src/capability/config/contract.ts';
import type { LogSeverity } from '../../src/core/log-levels.ts';
import type { CallRequest } from '../../src/isolate/protocol.ts';
import type { CallTask } from '../../src/isolate/tasks.ts';
import { storageRoots } from '../../src/policy/index.ts';
import type { CheckedCall } from './check-call.ts';
import type { PoolTask } from './contract.ts';

/** What the shard knows of a call beside its config. */
export interface CallFrame {
  readonly instance: string;
  /** What the component sees of its own. */
  readonly environment: Environment;
  readonly reuse: boolean;
  /** The lowest level that the grants of the moment let it log. */
  readonly logLevel: LogSeverity | undefined;
}

export function callRequest(
  checked: CheckedCall,
  task: PoolTask,
  { instance, environment, reuse, logLevel }: CallFrame,
): CallRequest {
  const { grants, timeoutMs, cpuMs, fuel, memoryBytes, responseBytes, capabilityUses, subrequests, maxConcurrent } =
    checked.config;
  return {
    task: taskOf(checked, task),
    instance,
    environment: task.kind === 'command' ? [...environment, ...task.env] : environment,
    timeoutMs,
    ...(cpuMs === undefined ? {} : { cpuMs }),
    fuel,
    memoryBytes,
    maxResponseBytes: responseBytes,
    capabilityUses,
    subrequests,
    directories: storageRoots(grants),
    ...(logLevel === undefined ? {} : { logLevel }),
    reuse,
    maxIdle: maxConcurrent,
  };
}

function taskOf({ config, target }: CheckedCall, task: PoolTask): CallTask {
  switch (task.kind) {
    case 'function':
      return { kind: 'function', function: target, body: task.body };
    case 'command': {
      const { args, stdin, sink } = task;
      return { kind: 'command', args: [config.component, ...args], stdin, streams: sink !== undefined };
    }
    case 'http': {
      const { head, body } = task;
      return { kind: 'http', head, ...(body === undefined ? {} : { body }), maxBodyBytes: config.requestBytes };
    }
    case 'message':
      return task;
  }
}
