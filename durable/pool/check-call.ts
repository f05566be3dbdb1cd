/** Pure: everything about a call that can be refused without an isolate. */
import { resolveFunction } from '../../src/component/functions.ts';
import { componentNotFound, type Failure, failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import type { FunctionEntry, PoolCall, ServingConfig, ShardConfig } from './contract.ts';

/** Suggestions in a 404 when no name is near. */
const MAX_LISTED = 10;

/** The config and the function that a call is for. `accepted`: it was let in before, so draining does not concern it. */
export function checkCall(
  config: ShardConfig | undefined,
  call: PoolCall,
  accepted = false,
): Result<{ readonly config: ServingConfig; readonly target: FunctionEntry }, Failure> {
  if (config === undefined || config.state === 'removed') return err(componentNotFound());
  if (config.access === 'token' && !call.caller.invoke) {
    return err(
      call.caller.authenticated
        ? failure('FORBIDDEN', 'this component needs a token with the scope invoke')
        : failure('UNAUTHENTICATED', 'this component needs a bearer token with the scope invoke'),
    );
  }
  if (config.state === 'stopped' || (config.state === 'draining' && !accepted)) return err(notServing(config.state));
  if (call.body.byteLength > config.requestBytes) {
    return err(
      failure('TOO_LARGE', `the arguments are larger than ${config.requestBytes} bytes: send less`, {
        maxBytes: String(config.requestBytes),
      }),
    );
  }
  const resolved = resolveFunction(config.functions, call.function);
  if (!resolved.ok) return err(functionNotFound(config, call.function, resolved.error));
  const target = resolved.value;
  if (target.callable) return ok({ config, target });
  return err(
    failure(
      'INVALID_REQUEST',
      `${target.id} cannot be called over JSON: ${target.reason ?? 'its types have no JSON form'}`,
      {
        field: 'function',
        expected: 'a function whose values can be written in JSON',
      },
    ),
  );
}

function notServing(state: 'draining' | 'stopped'): Failure {
  const why = state === 'stopped' ? 'is stopped' : 'takes no new calls, since it is being drained';
  return failure('STOPPED', `the component ${why}: try again later`, { state });
}

function functionNotFound(
  { component, functions }: ServingConfig,
  requested: string,
  { nearest, ambiguous }: { readonly nearest: readonly string[]; readonly ambiguous?: readonly string[] },
): Failure {
  const shown = requested.slice(0, 200);
  if (ambiguous !== undefined && ambiguous.length > 0) {
    return failure('FUNCTION_NOT_FOUND', `${component} has several functions that ${shown} can mean: use a full name`, {
      nearest: ambiguous.slice(0, MAX_LISTED).join(', '),
    });
  }
  const likely = nearest.length > 0 ? nearest : functions.slice(0, MAX_LISTED).map(({ id }) => id);
  const hint = likely.length === 0 ? 'it has no functions' : `did you mean ${likely.join(', ')}?`;
  return failure('FUNCTION_NOT_FOUND', `${component} has no function ${shown}: ${hint}`, {
    nearest: likely.join(', '),
  });
}
