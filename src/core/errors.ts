/** The closed set of error codes that Skerry shows to the outside, and the HTTP status of each. */

/** HTTP status of every error code. A code that is missing here does not compile. */
export const HTTP_STATUS = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  PERMISSION_DENIED: 403,
  COMPONENT_NOT_FOUND: 404,
  FUNCTION_NOT_FOUND: 404,
  INSTANCE_NOT_FOUND: 404,
  VERSION_NOT_FOUND: 404,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  INVALID_COMPONENT: 422,
  UNSUPPORTED_IMPORT: 422,
  POLICY_INVALID: 422,
  POLICY_VIOLATION: 422,
  RATE_LIMITED: 429,
  RESOURCE_EXHAUSTED: 429,
  CIRCUIT_OPEN: 503,
  PROVIDER_UNAVAILABLE: 503,
  STOPPED: 503,
  COMPONENT_CRASHED: 502,
  TIMEOUT: 504,
  OUT_OF_FUEL: 504,
  INTERNAL_ERROR: 500,
  COMMUNICATION_FAILURE: 500,
} as const;

export type ErrorCode = keyof typeof HTTP_STATUS;

/**
 * An expected failure, as plain data that survives RPC: the message says what was wrong and what to do about it;
 * details are strings and never carry secrets or stack traces.
 */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, string>>;
  /** Seconds after which a retry may succeed; becomes the `retry-after` header. */
  readonly retryAfterSeconds?: number;
}

/** The one text for a name that nothing has. */
export function componentNotFound(): Failure {
  return failure('COMPONENT_NOT_FOUND', 'there is no component of this name: GET /v1/components lists them');
}

export function failure(code: ErrorCode, message: string, details?: Readonly<Record<string, string>>): Failure {
  return details === undefined ? { code, message } : { code, message, details };
}
