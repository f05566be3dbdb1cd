/** Pure: one call as the isolate gets it, with the limits of its policy. */
import type { CallRequest } from '../../src/isolate/protocol.ts';
import type { FunctionEntry, PoolCall, ServingConfig } from './contract.ts';

export function callRequest(
  config: ServingConfig,
  target: FunctionEntry,
  { body }: PoolCall,
  instance: string,
  reuse: boolean,
): CallRequest {
  const {
    environment,
    timeoutMs,
    cpuMs,
    fuel,
    memoryBytes,
    responseBytes,
    capabilityUses,
    subrequests,
    maxConcurrent,
  } = config;
  return {
    function: target.id,
    body,
    instance,
    environment,
    timeoutMs,
    ...(cpuMs === undefined ? {} : { cpuMs }),
    fuel,
    memoryBytes,
    maxResponseBytes: responseBytes,
    capabilityUses,
    subrequests,
    reuse,
    maxIdle: maxConcurrent,
  };
}
