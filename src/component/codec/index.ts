/** WIT values as JSON: the codec between what clients send and get and what jco's glue takes and gives. */

export { argumentsFromJson } from './arguments.ts';
export { valueFromJson } from './decode-json.ts';
export { valueToJson } from './encode-json.ts';
export { hasMoreValues } from './json-values.ts';
export type { ValueFailure } from './mismatch.ts';
export { type CallResult, resultToJson, type Settled } from './result.ts';
