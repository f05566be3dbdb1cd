/** Limits of what one WASI call may ask of the isolate, with their units and reasons. */

/** Largest request for random bytes: they are made in the isolate's 128 MB, outside of the guest's own memory. */
export const MAX_RANDOM_BYTES = 16 * 1024 * 1024;

/** Pollables that one `poll` may name: each may hold a timer. */
export const MAX_POLL_LIST = 10_000;

/** Lines of guest output kept per call: 64 KiB of line breaks would be 65,536 objects in one message. */
export const MAX_STDIO_LINES_PER_CALL = 4_096;

/** Bytes that an output stream takes between two `check-write`s. */
export const WRITE_PERMIT_BYTES = 64 * 1024;

/** Bytes that one `blocking-write-and-flush` takes: the number is the specification's. */
export const MAX_BLOCKING_WRITE_BYTES = 4_096;

/** Names and values in one `wasi:http` fields object, in bytes: what HTTP servers commonly accept as a header section, twice. */
export const MAX_FIELDS_BYTES = 128 * 1024;

/** Longest text of a trap that leaves the isolate, in UTF-16 units. */
export const MAX_TRAP_TEXT = 2_048;
