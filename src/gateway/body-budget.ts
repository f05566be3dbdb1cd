/**
 * How many bytes of call bodies this isolate of the gateway holds at a time. All requests of an isolate share its 128 MB,
 * so a body is reserved before it is read.
 */
import { MAX_BODY_BYTES_IN_FLIGHT } from '../core/limits.ts';

let held = 0;

/** Returns what gives the bytes back, or undefined when there is no room now. */
export function reserveBody(bytes: number): (() => void) | undefined {
  if (held + bytes > MAX_BODY_BYTES_IN_FLIGHT) return undefined;
  held += bytes;
  let reserved = true;
  return () => {
    if (reserved) held -= bytes;
    reserved = false;
  };
}
