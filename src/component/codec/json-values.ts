/** How many values a JSON text has, told from its bytes: parsing them all would take too long when they are too many. */

/** What the name of a member counts for: a value takes 0.1 to 0.3 µs to parse and convert, a name that is new 1 to 2 µs. */
const VALUES_PER_NAME = 3;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENERS = [0x5b, 0x7b] as const;
const CLOSERS = [0x5d, 0x7d] as const;

/**
 * Whether `json` has more than `limit` values, where the name of a member counts as three more. Exact for JSON; of other bytes
 * it says something, and whoever parses them says that they are not JSON.
 */
export function hasMoreValues(json: Uint8Array, limit: number): boolean {
  // Each takes a byte or more, and a name with its quotes and colon three.
  if (json.length <= limit) return false;
  let count = 1;
  // An opener makes one more value of what follows it, unless that is its closer.
  let opened = false;
  for (let at = 0; at < json.length && count <= limit; at++) {
    const byte = json[at] ?? 0;
    if (byte <= SPACE) continue;
    if (opened && byte !== CLOSERS[0] && byte !== CLOSERS[1]) count += 1;
    opened = byte === OPENERS[0] || byte === OPENERS[1];
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === COMMA) count += 1;
    else if (byte === COLON) count += VALUES_PER_NAME;
  }
  return count > limit;
}

/** Where the string ends that starts at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
