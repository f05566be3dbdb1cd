// Counters in a bucket. A bucket is opened in each call: nothing in a component outlives the call that it serves.

import { increment } from 'wasi:keyvalue/atomics@0.2.0-draft2';
import { open } from 'wasi:keyvalue/store@0.2.0-draft2';

export function add(name, amount) {
  return answer(() => increment(open('counters'), name, amount));
}

export function read(name) {
  return answer(() => {
    const value = open('counters').get(name);
    // A counter is decimal text.
    return value === undefined || value === null ? 0 : Number(String.fromCharCode(...value));
  });
}

export function reset(name) {
  return answer(() => open('counters').delete(name));
}

/** What a WASI function fails with is the `payload` of the error that it throws; here it becomes a text for the caller. */
function answer(use) {
  try {
    return use();
  } catch (error) {
    if (error.payload === undefined) throw error;
    throw error.payload.tag === 'other' ? error.payload.val : error.payload.tag;
  }
}
