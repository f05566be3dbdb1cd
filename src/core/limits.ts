/** Every fixed limit of the platform, with its unit and the reason for its value. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Largest component that can be uploaded, in bytes: a StarlingMonkey component has 12 MiB, the builder isolate 128 MB. */
export const MAX_COMPONENT_BYTES = 16 * MIB;

/** Largest JSON control-plane body other than a component, in bytes. */
export const MAX_CONTROL_BODY_BYTES = 1 * MIB;

/** Largest policy document, in bytes: a hundred rules need about 10 KiB. */
export const MAX_POLICY_BYTES = 128 * KIB;

/** Largest argument body of a call, in bytes. */
export const MAX_REQUEST_BYTES = 10 * MIB;

/**
 * Values in the arguments of one call; a member of an object counts as four. All of them are parsed and converted in one
 * piece, while no other call has a turn: so many take up to 100 ms.
 */
export const MAX_ARGUMENT_VALUES = 250_000;

/** Largest JSON result of a call, in bytes. */
export const MAX_RESPONSE_BYTES = 10 * MIB;

/** Guest output (stdout and stderr) kept per call, in bytes; the rest is dropped and the drop is noted. */
export const MAX_STDIO_BYTES_PER_CALL = 64 * KIB;

/** What a guest logs in one call: bytes of contexts and messages, and records; the rest is dropped and counted. */
export const MAX_LOG_BYTES_PER_CALL = 64 * KIB;
export const MAX_LOG_RECORDS_PER_CALL = 256;

/**
 * Guest output and logs of one component that reach the Worker's log, in bytes: a busy component's lines pass, and one that
 * writes all it can in each call fills no log. What is over is dropped and counted.
 */
export const OUTPUT_RATE = { perSecond: 64 * KIB, burst: 1 * MIB } as const;

/** Wall time of the start functions in the smoke run of a build, in milliseconds: their fuel is worth a fraction of a second. */
export const SMOKE_TIMEOUT_MS = 10_000;

/** The same with the load of the isolate and the compilation of its modules, as the build waits for the answer. */
export const SMOKE_ANSWER_MS = SMOKE_TIMEOUT_MS + 10_000;

/** Longest wait for a place in a pool shard, in milliseconds: who waits longer has given up, and may as well be told. */
export const MAX_QUEUE_WAIT_MS = 30_000;

/** Longest time that a stop or a removal lets running calls end, in milliseconds: no call lasts longer by default. */
export const MAX_SHUTDOWN_MS = 300_000;

/**
 * Memory that the instances of one isolate may hold together, in pages of 64 KiB: 96 MiB, since the isolate has 128 MB, and
 * harness, compiled code and the JSON of its calls are in there too.
 */
export const ISOLATE_PAGES = 1_536;

/** One page of WebAssembly memory, in bytes. */
export const PAGE_BYTES = 64 * KIB;

/** Table elements that count as a page of 64 KiB: each takes up to 24 bytes in V8. */
export const TABLE_ELEMENTS_PER_PAGE = 2_730;

/** Core instances of one component instance: each takes tens of microseconds and some kilobytes. Toolchains make 3 to 12. */
export const MAX_CORE_INSTANCES = 256;

/** Fuel of each call of an export, on top of what it uses: glue and harness take about 5 µs, and free functions pay nothing. */
export const FUEL_PER_EXPORT_CALL = 10_000;

/** Fuel of the smoke run that a build makes: instantiation only, so a fraction of a call's. */
export const FUEL_PER_SMOKE_RUN = 100_000_000;

/** Component nesting, in levels (a component inside a component inside …). Wizened toolchain output has at most 3. */
export const MAX_COMPONENT_NESTING = 16;

/** Depth of one WIT type, in levels: deeper ones are only made to exhaust a stack. */
export const MAX_TYPE_DEPTH = 64;

/** Nodes of one component's types when every reference is written out: a short binary can describe 2^100 of them. */
export const MAX_TYPE_NODES = 50_000;

/** Entries of one index space of a component (types, functions, instances, …). */
export const MAX_INDEX_SPACE = 100_000;

/** Core modules in one component, nested ones included. */
export const MAX_CORE_MODULES = 128;

/** Components that a call may go through, one calling the next: each holds a place in its pool until the last has answered. */
export const MAX_CALL_DEPTH = 8;

/** Messages in a row, each published by who handled the one before: a longer row is taken to be one without an end. */
export const MAX_MESSAGE_HOPS = 32;

/** Facts that a supervisor keeps per component; older ones are dropped. */
export const MAX_FACTS_PER_COMPONENT = 1_000;

/** Versions that a supervisor keeps per component; the oldest inactive one is given up beyond this. */
export const MAX_VERSIONS_PER_COMPONENT = 20;

/** Largest page of a list. */
export const MAX_PAGE_ITEMS = 500;

/** Page of a list when the caller names none. */
export const DEFAULT_PAGE_ITEMS = 100;

/** What is kept about one version (functions, types, imports), in characters of JSON: a row holds 2 MB. */
export const MAX_VERSION_RECORD_CHARACTERS = 1_000_000;

/** Bodies of calls that one pool shard, or one gateway isolate, holds at a time, in bytes: half of an isolate's 128 MB. */
export const MAX_BODY_BYTES_IN_FLIGHT = 64 * MIB;

/**
 * Names and values in one set of HTTP fields, in bytes: what servers commonly accept as a header section, twice. Each field
 * counts for `BYTES_PER_FIELD` more.
 */
export const MAX_FIELDS_BYTES = 128 * KIB;

/** What HTTP/2 counts for each field beside its name and its value, in bytes (RFC 9113, section 6.5.2). */
export const BYTES_PER_FIELD = 32;

/** Longest URL of a request to another host, in characters: servers take 8,000 at least (RFC 9110, section 4.1), few more. */
export const MAX_URL_CHARACTERS = 16_384;

/** Largest message: data, content type and metadata together, in bytes. A row holds 2 MB, and a consumer's instance is small. */
export const MAX_MESSAGE_BYTES = 1 * MIB;

/** Entries of a message's metadata: each is an object in every isolate that it passes. */
export const MAX_MESSAGE_METADATA = 256;

/** Messages that one topic keeps, dead letters included; a publisher is refused beyond this. */
export const MAX_TOPIC_MESSAGES = 100_000;

/** Bytes of messages that one topic keeps: an object's storage has 10 GB, and its index has to stay in memory. */
export const MAX_TOPIC_BYTES = 1024 * MIB;

/** Attempts at one delivery; after the last one that fails the message is a dead letter. With the waits between: some minutes. */
export const MAX_DELIVERY_ATTEMPTS = 10;

/** How long a topic tries to deliver a message, in milliseconds: seven days. What is not taken by then is a dead letter. */
export const MESSAGE_RETENTION_MS = 7 * 86_400_000;

/** How long a dead letter is kept, in milliseconds: fourteen days. */
export const DEAD_LETTER_RETENTION_MS = 14 * 86_400_000;

/** Longest wait of a request for its replies, in milliseconds: no call lasts longer. */
export const MAX_REPLY_WAIT_MS = 300_000;

/** Replies that one request takes at most, and the bytes of all of them: they are held in memory until the last one is there. */
export const MAX_REPLIES = 100;
export const MAX_REPLIES_BYTES = 4 * MIB;

/** Permissions that a component holds by run-time grants: each is tried on every use of its capability. */
export const MAX_RUNTIME_GRANTS = 100;

/** Longest key of a bucket, in bytes of UTF-8: paths and URLs fit; the index holds a copy of each. */
export const MAX_KEY_BYTES = 2 * KIB;

/** Largest value of a bucket, in bytes: a row of SQLite holds 2 MB, and the key and the message around it need room. */
export const MAX_VALUE_BYTES = 1 * MIB;

/** Entries that one batch of keyvalue operations may name: each is a query of its own in the bucket's thread. */
export const MAX_BATCH_ENTRIES = 1_000;

/** Bytes of keys and values in one batch, or in its answer: bucket, shard and isolate hold a copy each, at the same time. */
export const MAX_BATCH_BYTES = 8 * MIB;

/** Keys in one page of a bucket's list: 256 KiB at 256 bytes each. */
export const MAX_KEYS_PER_PAGE = 1_000;

/** Keys in one bucket: an object's SQLite holds 10 GB, and a list of so many takes a thousand pages. */
export const MAX_KEYS_PER_BUCKET = 1_000_000;

/** Bytes of keys and values in one bucket: a tenth of what an object's SQLite holds, whose index has the keys again. */
export const MAX_BYTES_PER_BUCKET = 1_024 * MIB;

/** Longest name in a file system, in bytes of UTF-8: what Linux has. */
export const MAX_FILE_NAME_BYTES = 255;

/** Longest path that an operation takes, and longest target of a symbolic link, in bytes of UTF-8: what Linux has. */
export const MAX_FILE_PATH_BYTES = 4_096;

/** Symbolic links that one path may lead through: what Linux has. */
export const MAX_SYMLINKS = 40;

/** Directories inside of each other: each step of a path costs a read of the storage. */
export const MAX_DIRECTORY_DEPTH = 64;

/** Names of one file. */
export const MAX_HARD_LINKS = 1_000;

/** Largest file, in bytes; no file system of a component holds more. */
export const MAX_FILE_BYTES = 1024 * MIB;

/** Bytes that one read of a file answers with at most: an RPC message is a copy in three isolates. */
export const MAX_FILE_READ_BYTES = 1 * MIB;

/** Entries of a directory that are read at a time. */
export const MAX_DIRECTORY_ENTRIES_READ = 500;

/** What the volume of a component holds: a tenth of what an object can store. */
export const VOLUME_QUOTA = { bytes: MAX_FILE_BYTES, nodes: 100_000 };

/** What `/tmp` of a call holds: a sixth of the memory of its isolate. All of it counts as memory of the call, see `TMP_NODE_BYTES`. */
export const TMP_QUOTA = { bytes: 16 * MIB, nodes: 4_096 };

/** Memory that a node in `/tmp` counts as beside its bytes: its name, its times, and the part of a piece that is not in use. */
export const TMP_NODE_BYTES = 4_096;

/** Descriptors of its volume that a call may hold: some hundred bytes of the shard's heap each. */
export const MAX_OPEN_FILES = 4_096;

/** Largest object of a component's containers, in bytes: some 200 parts of an upload to R2. */
export const MAX_BLOB_BYTES = 1024 * MIB;

/** Bytes of an object in one message of an isolate: far below the 32 MiB that a message has, and worth its cost. */
export const MAX_BLOB_CHUNK_BYTES = 256 * KIB;

/** What uploads of objects hold together in one isolate of the Worker, in bytes: it has 128 MB, and much else to do. */
export const MAX_UPLOAD_BYTES_HELD = 48 * MIB;

/** The same for the uploads of one component: those of two others find room beside them. */
export const MAX_UPLOAD_BYTES_HELD_PER_COMPONENT = 16 * MIB;

/** Names of objects in one message of an isolate, either way: as many as R2 lists, or deletes, at once. */
export const MAX_BLOB_NAMES = 1_000;

/** One secret, in bytes of UTF-8: a certificate chain with its key fits. */
export const MAX_SECRET_BYTES = 64 * KIB;

/** The body that brings one as JSON: every byte may be escaped as six. */
export const MAX_SECRET_BODY_BYTES = 6 * MAX_SECRET_BYTES + 64;

/** Secrets of one component. */
export const MAX_SECRETS_PER_COMPONENT = 100;

/** All secrets of one component, in bytes: sealed and in base64 they are part of a shard's config, a row of at most 2 MB. */
export const MAX_SECRETS_BYTES_PER_COMPONENT = 256 * KIB;
