/** Core modules for tests, as `wat2wasm` writes them, and metered. */
import { meter } from '../../../src/build/meter/rewrite.ts';

/** A module of this base64 text. */
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function metered(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(meter(bytes(base64), 0).bytes);
}

/** Metered: `spin(n)` loops n times. */
export const SPIN = metered('AGFzbQEAAAABBgFgAX8BfwMCAQAHCAEEc3BpbgAAChcBFQEBfwNAIAFBAWoiASAASQ0ACyABCw==');

/** Fuel of one turn of `spin`. */
export const SPIN_TURN = 8;

/** `count()` counts its calls, `deep()` recurses without end, `trap()` is `unreachable`. */
export const ODD = bytes(
  'AGFzbQEAAAABCAJgAAF/YAAAAwQDAAABBgYBfwFBAAsHFwMFY291bnQAAARkZWVwAAEEdHJhcAACChkDCwAjAEEBaiQAIwALBwAQAUEBagsDAAAL' +
    'ABgEbmFtZQEHAQEEZGVlcAcIAQAFY291bnQ=',
);

/**
 * Metered: `stubborn()` calls its import `block` for ever and catches all that it throws.
 * `(loop $l (block $caught (try_table (catch_all $caught) (call $block))) (br $l))`
 */
export const STUBBORN = metered(
  'AGFzbQEAAAABBAFgAAACCgEABWJsb2NrAAADAgEABwwBCHN0dWJib3JuAAEKFAESAANAAkAfQAECABAACwsMAAsL',
);
