/** How a template's error is told to the outside. */
import { type Failure, failure } from '../core/errors.ts';
import { toFailure } from './failures.ts';
import type { TemplateError } from './templates.ts';

export function templateFailure(error: TemplateError): Failure {
  switch (error.kind) {
    case 'bad-name':
      return failure('INVALID_REQUEST', 'not a template name', { field: 'template', expected: '[a-z][a-z0-9-]{0,62}' });
    case 'not-found':
      return failure('NOT_FOUND', `there is no policy template ${error.name}: GET /v1/policies lists them`);
    case 'invalid':
      return toFailure(error.failures, `the policy template ${error.name}`);
  }
}
