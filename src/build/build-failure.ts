/** Turns the reason why a build stage refused a component into the platform's own error. */
import { type Failure, failure } from '../core/errors.ts';
import type { BuildFailure } from './manifest.ts';

/** `UNSUPPORTED_IMPORT` when imports are missing, else `INVALID_COMPONENT`. */
export function toFailure({ stage, reason, offset, unsupported }: BuildFailure): Failure {
  if (unsupported !== undefined && unsupported.length > 0) {
    return failure(
      'UNSUPPORTED_IMPORT',
      `the component imports what this platform does not provide: ${unsupported.map(({ name }) => name).join(', ')}`,
      Object.fromEntries(unsupported.map(({ name, reason: why }) => [name, why ?? 'not provided'])),
    );
  }
  return failure('INVALID_COMPONENT', `the component was refused at the stage ${stage}: ${reason}`, {
    stage,
    reason,
    ...(offset === undefined ? {} : { offset: String(offset) }),
  });
}
