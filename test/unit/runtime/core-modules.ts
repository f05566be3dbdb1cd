/** Core modules for tests, as `wat2wasm` writes them. */

/** A module of this base64 text. */
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Metered: `spin(n)` loops n times, one unit of fuel each.
 * `(global $fuel (export "__fuel") (mut i64) (i64.const 0)) (func (export "spin") (param i32) (result i32) (loop …))`
 */
export const SPIN = bytes(
  'AGFzbQEAAAABBgFgAX8BfwMCAQAGBgF+AUIACwcRAgZfX2Z1ZWwDAARzcGluAAAKKQEnAQF/A0AjAEIBfSQAIwBCAFMEQAALIAFBAWohASABIABJ' +
    'DQALIAELAB4EbmFtZQIGAQABAQFpAwYBAAEAAWwHBwEABGZ1ZWw=',
);

/** `count()` counts its calls, `deep()` recurses without end, `trap()` is `unreachable`. */
export const ODD = bytes(
  'AGFzbQEAAAABCAJgAAF/YAAAAwQDAAABBgYBfwFBAAsHFwMFY291bnQAAARkZWVwAAEEdHJhcAACChkDCwAjAEEBaiQAIwALBwAQAUEBagsDAAAL' +
    'ABgEbmFtZQEHAQEEZGVlcAcIAQAFY291bnQ=',
);

/**
 * Metered: `stubborn()` calls its import `block` for ever and catches all that it throws.
 * `(loop $l … (block $caught (try_table (catch_all $caught) (call $block))) (br $l))`
 */
export const STUBBORN = bytes(
  'AGFzbQEAAAABBAFgAAACCgEABWJsb2NrAAADAgEABgYBfgFCAAsHFQIGX19mdWVsAwAIc3R1YmJvcm4AAQokASIAA0AjAEIBfSQAIwBCAFMEQAAL' +
    'AkAfQAECABAACwsMAAsLACgEbmFtZQEIAQAFYmxvY2sDDgEBAgABbAIGY2F1Z2h0BwcBAARmdWVs',
);
