/** Limits of the harness, which only an isolate knows of: what a guest may ask of it, hold and compute, with units and reasons. */

/**
 * Largest request for random bytes: about a millisecond of work. More is a trap: the interface has no error to answer
 * with, and fewer bytes than were asked for would be taken for all of them. A guest that needs more asks again.
 */
export const MAX_RANDOM_BYTES = 1024 * 1024;

/** Pollables that one `poll` may name: each may hold a timer, and a thousand of those take a millisecond. */
export const MAX_POLL_LIST = 1_024;

/**
 * Fuel of one host call. In workerd the cheap functions take 80 ns, a u64 of random bits 500 ns, and the glue around each
 * 200 to 500 ns; guest code uses some four units a nanosecond.
 */
export const UNITS_PER_HOST_CALL = 2_048;

/** Fuel of a resource that a host call hands out: the glue's handle, the object and what is collected take 7 to 12 µs. */
export const UNITS_PER_RESOURCE = 32_768;

/** Fuel of an entry of a list that crosses the border, or of a `fields` that is searched: 60 to 100 ns in workerd. */
export const UNITS_PER_ENTRY = 64;

/** Fuel of a byte of JSON that goes to another component or comes from it: written, parsed and converted at 2 to 5 ns. */
export const UNITS_PER_JSON_BYTE = 12;

/** Fuel of each pollable in a `poll`: 200 ns to ask it, 700 ns to set a timer and clear it again. */
export const UNITS_PER_POLLED = 1_024;

/** Fuel after which host calls are booked and the clock is looked at: some tens of microseconds of work. */
export const SETTLE_UNITS = 65_536;

/** Lines of guest output kept per call: 64 KiB of line breaks would be 65,536 objects in one message. */
export const MAX_STDIO_LINES_PER_CALL = 4_096;

/** Bytes that an output stream takes between two `check-write`s. */
export const WRITE_PERMIT_BYTES = 64 * 1024;

/** Bytes that one `blocking-write-and-flush` takes: the number is the specification's. */
export const MAX_BLOCKING_WRITE_BYTES = 4_096;

/** Bytes of a command's output that wait in the isolate for who reads along: one of its 128 MB for four calls. */
export const OUTFLOW_BYTES = 256 * 1024;

/** Bytes of an HTTP body that the host holds on their way out: what one `check-write` permits. */
export const BODY_BUFFER_BYTES = 64 * 1024;

/** Bytes of an HTTP body that the host reads at a time, and holds until the guest takes them. */
export const BODY_READ_BYTES = 16 * 1024;

/** Longest text of a trap that leaves the isolate, in UTF-16 units. */
export const MAX_TRAP_TEXT = 2_048;

/**
 * Bytes that the values which cross the border at once may take in the isolate's heap: a result has at most 10 MiB of
 * JSON, and the guest's memory and that JSON have to fit beside it in 128 MB.
 */
export const MAX_LIFTED_BYTES = 32 * 1024 * 1024;

/** Values of lists that may cross the border at once: each becomes JSON of two bytes or more. */
export const MAX_LIFTED_ELEMENTS = 1_000_000;

/** Heap that a text or an array takes beside what is in it, in bytes. */
export const BYTES_PER_LIFTED_TEXT = 48;

/** Heap that an `ArrayBuffer` and the typed array on it take beside what is in them, in bytes. */
export const BYTES_PER_LIFTED_BUFFER = 256;

/** Bytes that are copied for one unit of fuel, as a right shift: copying is far cheaper than decoding. */
export const COPY_BYTES_SHIFT = 2;

/** Handles that a component instance may hold at a time: about 100 bytes of the isolate's heap each. */
export const MAX_HANDLES = 100_000;

/** Fuel of a resource made or dropped: 100 to 300 ns. */
export const UNITS_PER_TRAMPOLINE = 512;

/** Fuel of a call from one component instance to another: 1 to 2 µs, since it has a stack of its own. */
export const UNITS_PER_INSTANCE_CALL = 4_096;

/** Core memories of one component instance: each may grow, and V8 reserves address space for each. */
export const MAX_CORE_MEMORIES = 16;

/** Elements of all tables of one component instance. */
export const MAX_INSTANCE_ELEMENTS = 1_000_000;

/** Fuel after which a guest is looked at: about a millisecond of computing. */
export const SLICE_FUEL = 2_000_000;

/** Slices until a guest gives way where nobody seems to wait for it: four milliseconds, since giving way takes another. */
export const CALM_SHARE = 4;

/** Longest turn of the event loop, in milliseconds, that says so: a timer of workerd takes 1.1 without any other work. */
export const CALM_WAIT_MS = 2;

/**
 * Slices in a row that a guest may compute where it cannot wait: while the border allocates in its memory, cleans up after
 * a result, or drops a resource. About 25 ms, in which all others wait.
 */
export const MAX_SLICES_IN_ROW = 25;

/** Milliseconds in which a guest may use them: ten times what they take, for a machine that has other work too. */
export const MAX_ROW_MS = 250;

/** Slices of a whole call on jco's glue, whose guests can never wait for their turn: about 50 ms, in which all others do. */
export const MAX_GLUE_SLICES = 50;

/** Instances that wait for another call, whatever a policy says: the platform lets no component have more calls at a time. */
export const MAX_IDLE_SLOTS = 64;

/** Of so many restores one is compared with the first state byte by byte: about a millisecond for each 10 MB. */
export const RESTORES_PER_COMPARISON = 1_000;

/**
 * Memories, with their maps, that idle instances of an isolate hold together: a workerd process is ended by V8 at
 * some 32,000 (two mappings each, of the 65,530 that Linux gives a process), and has many isolates.
 */
export const MAX_IDLE_MEMORIES = 256;

/** Bytes that a stream reads of a file at a time: a message costs as much as copying them does. */
export const READ_AHEAD_BYTES = 128 * 1024;

/** Streams of a call that may hold what they read ahead: 2 MiB of the isolate's heap. */
export const MAX_READ_AHEADS = 16;

/** Bytes that the streams of a call hold until they have been written: more is sent before more is taken. */
export const MAX_PENDING_WRITE_BYTES = 1024 * 1024;

/** Bytes of an object that the host holds on their way out: one message that is sent, and one that is filled. */
export const BLOB_BUFFER_BYTES = 512 * 1024;

/** The same while the guest has not said yet which object they are for. */
export const BLOB_UNPLACED_BYTES = 2 * 1024 * 1024;

/** Bytes of an object that the host reads at a time, and holds until the guest takes them. */
export const BLOB_READ_BYTES = 64 * 1024;

/** Bytes of an object that one answer of the grants is good for. */
export const BLOB_SEGMENT_BYTES = 8 * 1024 * 1024;

/** Largest object that `incoming-value-consume-sync` reads, in bytes: it is there twice, in the host and in the guest. */
export const MAX_BLOB_SYNC_BYTES = 8 * 1024 * 1024;

/** Objects that a call reads and writes at a time: for each the host holds up to `BLOB_UNPLACED_BYTES`. */
export const MAX_OPEN_BLOBS = 8;
