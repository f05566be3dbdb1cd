/** The one mapper from a failure to HTTP: status, body and headers as the contract says. */
import { type Failure, failure, HTTP_STATUS } from '../core/errors.ts';

export function errorResponse(reason: Failure, headers: HeadersInit = {}): Response {
  const { code, retryAfterSeconds } = reason;
  const response = Response.json(errorBody(reason), { status: HTTP_STATUS[code], headers });
  response.headers.set('x-skerry-error', code);
  if (code === 'UNAUTHENTICATED') response.headers.set('www-authenticate', 'Bearer');
  const wait = retryAfterSeconds ?? RETRY_AFTER_SECONDS[HTTP_STATUS[code]];
  if (wait !== undefined) response.headers.set('retry-after', String(wait));
  return response;
}

/** What the contract says of an error, for bodies and for events. */
export function errorBody({ code, message, details }: Failure): object {
  return {
    error_code: code,
    message,
    ...(details === undefined ? {} : { details }),
    timestamp: new Date().toISOString(),
  };
}

const RETRY_AFTER_SECONDS: Partial<Record<number, number>> = { 429: 1, 503: 5 };

/**
 * An exception that reached the gateway: an object or binding that failed. What it says stays in the log, since it
 * may name what nobody outside should know.
 */
export function unexpectedFailure(error: unknown, requestId: string): Failure {
  console.error({ message: 'unexpected failure', request: requestId, error: String(error), stack: stackOf(error) });
  const overloaded = typeof error === 'object' && error !== null && 'overloaded' in error && error.overloaded === true;
  if (overloaded) return failure('RESOURCE_EXHAUSTED', 'the platform is overloaded: try again later');
  const remote = typeof error === 'object' && error !== null && ('remote' in error || 'retryable' in error);
  return remote
    ? failure('COMMUNICATION_FAILURE', 'a part of the platform did not answer: try again', { request: requestId })
    : failure('INTERNAL_ERROR', 'the platform failed: try again, and report the request id if it stays', {
        request: requestId,
      });
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
