/** The last build stage: one instance is made. Tells the component's own failure from the platform's. */
import { toFailure } from '../../src/build/build-failure.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { SMOKE_ANSWER_MS } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import type { IsolateEntrypoint } from '../../src/isolate/protocol.ts';

const MAX_REASON_CHARACTERS = 500;

/**
 * `INVALID_COMPONENT` when the isolate reports a failure or V8 refuses its modules; `COMMUNICATION_FAILURE` when the
 * isolate does not answer in time or is lost.
 */
export async function smokeRun(
  start: () => Pick<IsolateEntrypoint, 'smoke'>,
  timeoutMs: number = SMOKE_ANSWER_MS,
): Promise<Result<void, Failure>> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  try {
    const run = start().smoke();
    // If the deadline wins, nobody is left to hear how the isolate fails.
    run.catch(() => undefined);
    const outcome = await Promise.race([run, late]);
    if (outcome === undefined) return err(lost(`no answer within ${timeoutMs / 1000} seconds`));
    if (outcome.ok === true) return ok(undefined);
    return err(refused(`it does not start: ${typeof outcome.error === 'string' ? outcome.error : 'no reason given'}`));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return err(isRefusalOfModules(text) ? refused(`it does not load: ${text}`) : lost(text));
  } finally {
    clearTimeout(timer);
  }
}

/** How workerd begins when V8 did not compile or link the modules (docs/platform-notes.md). */
function isRefusalOfModules(text: string): boolean {
  return text.startsWith('Failed to start Worker');
}

function refused(reason: string): Failure {
  return toFailure({ stage: 'smoke', reason: reason.slice(0, MAX_REASON_CHARACTERS) });
}

function lost(reason: string): Failure {
  console.error({ message: 'the smoke run was lost', reason });
  return failure('COMMUNICATION_FAILURE', 'the component could not be tried: try again');
}
