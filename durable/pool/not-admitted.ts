/** Pure: what a caller hears whose call got no place. */
import { type Failure, failure } from '../../src/core/errors.ts';
import type { Entry, Place } from './gate.ts';

/** Seconds after which a place may be free again. */
const RETRY_AFTER_SECONDS = 1;

const REASONS: Readonly<Record<Exclude<Entry, Place | 'impossible'>, string>> = {
  refused: 'its queue is full',
  'pushed-out': 'its queue is full, and another function had less of it',
  expired: 'no place became free in time',
  left: 'the call was ended before it began',
  closed: 'it takes no calls now',
};

export function notAdmitted(entry: Exclude<Entry, Place>): Failure {
  if (entry === 'impossible') {
    const text = 'one instance of the component starts with more memory than an isolate has';
    return failure('COMPONENT_CRASHED', `${text}: give it a smaller memory`, { reason: 'out-of-memory', trap: text });
  }
  const message = `the component is busy, ${REASONS[entry]}: try again later`;
  return { ...failure('RESOURCE_EXHAUSTED', message), retryAfterSeconds: RETRY_AFTER_SECONDS };
}
