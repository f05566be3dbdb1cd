/** What an operator's commands make of a component's state. */
import { describe, expect, it } from 'vitest';
import { type ComponentState, INTAKE, type LifecycleCommand, stateAfter } from '../../../src/core/lifecycle.ts';

function commanded(state: ComponentState, command: LifecycleCommand): string {
  const next = stateAfter(state, command);
  return next.ok ? next.value : next.error.code;
}

const TABLE: readonly (readonly [ComponentState, start: string, stop: string, drain: string])[] = [
  ['loaded', 'running', 'stopped', 'CONFLICT'],
  ['starting', 'starting', 'stopping', 'draining'],
  ['running', 'running', 'stopping', 'draining'],
  ['draining', 'running', 'stopping', 'draining'],
  ['stopping', 'CONFLICT', 'stopping', 'CONFLICT'],
  ['stopped', 'running', 'stopped', 'CONFLICT'],
  ['failed', 'running', 'stopped', 'CONFLICT'],
];

describe('a component that is', () => {
  it.each(TABLE)('%s: start → %s, stop → %s, drain → %s', (state, start, stop, drain) => {
    expect([commanded(state, 'start'), commanded(state, 'stop'), commanded(state, 'drain')]).toEqual([
      start,
      stop,
      drain,
    ]);
  });

  it('stopping says so when it is started, and what to do', () => {
    expect(stateAfter('stopping', 'start')).toMatchObject({
      ok: false,
      error: { code: 'CONFLICT', message: expect.stringContaining('stopping'), details: { command: 'start' } },
    });
  });

  it('takes calls only while it runs', () => {
    const serving = (Object.keys(INTAKE) as ComponentState[]).filter((state) => INTAKE[state] === 'serving');
    expect(serving).toEqual(['loaded', 'starting', 'running']);
  });
});
