/** `wasi:config`: the component's environment and secrets, asked for use by use, so that a revoke shows at the next one. */
import type { ConfigOperations } from '../../../src/capability/config/contract.ts';
import type { CapabilityAnswer, UseRefusal } from '../../../src/isolate/protocol.ts';
import type { WasiContext } from './context.ts';
import { WasiFailure } from './failure.ts';

/** The variant `error` of `wasi:config/store`. */
interface ConfigError {
  readonly tag: 'upstream' | 'io';
  readonly val: string;
}

export function createConfigStore({ capabilities }: WasiContext) {
  return {
    get: (key: string): Promise<string | undefined> =>
      capabilities.use('config', 'get', { key }).then((answer) => valueIn<'get'>(answer) ?? undefined),
    getAll: (): Promise<[string, string][]> =>
      capabilities
        .use('config', 'getAll', {})
        .then((answer) => valueIn<'getAll'>(answer).map(([key, value]): [string, string] => [key, value])),
  };
}

function valueIn<O extends keyof ConfigOperations>(answer: CapabilityAnswer): ConfigOperations[O]['value'] {
  // A cast: what comes from the shard is the platform's own provider's.
  if (answer.kind === 'done') return answer.value as ConfigOperations[O]['value'];
  throw new WasiFailure(REFUSALS[answer.reason](answer.message));
}

const REFUSALS: Readonly<Record<UseRefusal, (message: string) => ConfigError>> = {
  denied: (message) => ({ tag: 'upstream', val: `access denied: ${message}` }),
  exhausted: (message) => ({ tag: 'upstream', val: `RESOURCE_EXHAUSTED: ${message}` }),
  unavailable: (message) => ({ tag: 'io', val: message }),
  invalid: (message) => ({ tag: 'upstream', val: message }),
};
