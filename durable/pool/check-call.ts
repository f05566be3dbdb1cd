/** Pure: everything about a call that can be refused without an isolate. */
import { type EntranceKind, entranceName } from '../../src/component/entrances.ts';
import { resolveFunction } from '../../src/component/functions.ts';
import { componentNotFound, type Failure, failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { refusedVariable } from './command-environment.ts';
import type { PoolCall, PoolTask, ServingConfig, ShardConfig } from './contract.ts';

/** Suggestions in a 404 when no name is near. */
const MAX_LISTED = 10;

/** A call that may go on: the config that it runs under, and what it enters, as places and facts name it. */
export interface CheckedCall {
  readonly config: ServingConfig;
  readonly target: string;
}

/** The config and the target of a call. `accepted`: it was let in before, so draining does not concern it. */
export function checkCall(
  config: ShardConfig | undefined,
  { task, caller }: PoolCall,
  accepted = false,
): Result<CheckedCall, Failure> {
  if (config === undefined || config.state === 'removed') return err(componentNotFound());
  if (config.access === 'token' && !caller.invoke) {
    return err(
      caller.authenticated
        ? failure('FORBIDDEN', 'this component needs a token with the scope invoke')
        : failure('UNAUTHENTICATED', 'this component needs a bearer token with the scope invoke'),
    );
  }
  if (config.state === 'stopped' || (config.state === 'draining' && !accepted)) return err(notServing(config.state));
  if (broughtBytes(task) > config.requestBytes) return err(tooLarge(config.requestBytes));
  if (task.kind === 'function') return checkFunction(config, task.function);
  if (!config.entrances.includes(task.kind)) return err(noEntrance(config, task.kind));
  const refused = task.kind === 'command' ? refusedVariable(config, task.env) : undefined;
  return refused === undefined ? ok({ config, target: entranceName(task.kind) }) : err(refused);
}

/** Bytes that a call brings, as far as they are known: texts have at least one for each character. */
export function broughtBytes(task: PoolTask): number {
  switch (task.kind) {
    case 'function':
      return task.body.byteLength;
    case 'command': {
      const texts = [task.stdin, ...task.args, ...task.env.flat()];
      return texts.reduce((sum, text) => sum + text.length, 0);
    }
    case 'http':
      return task.bodyBytes ?? 0;
    case 'message':
      return task.message.data.byteLength;
  }
}

function checkFunction(config: ServingConfig, requested: string): Result<CheckedCall, Failure> {
  const resolved = resolveFunction(config.functions, requested);
  if (!resolved.ok) return err(functionNotFound(config, requested, resolved.error));
  const { id, callable, reason } = resolved.value;
  if (callable) return ok({ config, target: id });
  return err(
    failure('INVALID_REQUEST', `${id} cannot be called over JSON: ${reason ?? 'its types have no JSON form'}`, {
      field: 'function',
      expected: 'a function whose values can be written in JSON',
    }),
  );
}

function tooLarge(maxBytes: number): Failure {
  return failure('TOO_LARGE', `what the call brings is larger than ${maxBytes} bytes: send less`, {
    maxBytes: String(maxBytes),
  });
}

function notServing(state: 'draining' | 'stopped'): Failure {
  const why = state === 'stopped' ? 'is stopped' : 'takes no new calls, since it is being drained';
  return failure('STOPPED', `the component ${why}: try again later`, { state });
}

function noEntrance({ component, functions }: ServingConfig, kind: EntranceKind): Failure {
  const has =
    functions.length === 0 ? 'it has no functions' : 'its functions are called with POST /call/{component}/{function}';
  return failure('FUNCTION_NOT_FOUND', `${component} does not export ${entranceName(kind)}: ${has}`, {
    nearest: functions
      .slice(0, MAX_LISTED)
      .map(({ id }) => id)
      .join(', '),
  });
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
