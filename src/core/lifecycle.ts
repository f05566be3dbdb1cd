/** States of a component, and what the commands of an operator make of them. Pure. */
import { type Failure, failure } from './errors.ts';
import { err, ok, type Result } from './result.ts';

/** `loaded → running ⇄ draining → stopped`, `failed` from any, the others in between. */
export type ComponentState = 'loaded' | 'starting' | 'running' | 'draining' | 'stopping' | 'stopped' | 'failed';

/** What an operator can ask for. */
export type LifecycleCommand = 'start' | 'stop' | 'drain';

/**
 * The state that a command leads to. A command whose state is there already changes nothing; what is not listed is
 * refused. `stop` goes through `stopping`, which ends by itself.
 */
const AFTER: Readonly<Record<LifecycleCommand, Partial<Record<ComponentState, ComponentState>>>> = {
  start: {
    loaded: 'running',
    starting: 'starting',
    running: 'running',
    draining: 'running',
    stopped: 'running',
    failed: 'running',
  },
  stop: {
    loaded: 'stopped',
    starting: 'stopping',
    running: 'stopping',
    draining: 'stopping',
    stopping: 'stopping',
    stopped: 'stopped',
    failed: 'stopped',
  },
  drain: { starting: 'draining', running: 'draining', draining: 'draining' },
};

const HINTS: Readonly<Record<LifecycleCommand, string>> = {
  start: 'wait until it has stopped, then start it',
  stop: 'it cannot be stopped now',
  drain: 'only a running component can be drained',
};

/** The state after `command`, or `CONFLICT` with a text. */
export function stateAfter(state: ComponentState, command: LifecycleCommand): Result<ComponentState, Failure> {
  const next = AFTER[command][state];
  if (next !== undefined) return ok(next);
  return err(failure('CONFLICT', `the component is ${state}: ${HINTS[command]}`, { state, command }));
}

/** What a shard does with calls: it takes them, lets those that it has end, or has none. */
export type Intake = 'serving' | 'draining' | 'stopped';

/** How shards behave in each state. */
export const INTAKE: Readonly<Record<ComponentState, Intake>> = {
  loaded: 'serving',
  starting: 'serving',
  running: 'serving',
  draining: 'draining',
  stopping: 'draining',
  stopped: 'stopped',
  failed: 'stopped',
};
