/**
 * PURE: the imports that the platform provides, for the builder to link against. The implementation beside it is tested
 * to have exactly these functions. What is not here is `UNSUPPORTED_IMPORT` at upload.
 */

export interface ProvidedInterface {
  /** `denied`: it links, and every use is refused with the interface's own error. */
  readonly state: 'works' | 'denied';
  /** Names of the functions as a component imports them: `get-stdout`, `[method]input-stream.read`. */
  readonly functions: readonly string[];
  readonly resources: readonly string[];
  /** Versions that have these functions. */
  readonly versions: RegExp;
}

/** WASI 0.2, any patch. Its release candidates had other functions. */
const WASI_0_2 = /^0\.2\.\d+$/;

/** The proposals that have not been released: their drafts, and what hosts call their release candidates. */
const DRAFT_0_2 = /^0\.2\.0-(draft\d*|rc\.?\d*)$/;

const BUCKET = { bucket: 'get set delete exists list-keys' };

/** By name without version; with it where a version's functions are others than those of the rest. */
export const PROVIDED_INTERFACES: Readonly<Record<string, ProvidedInterface>> = {
  'wasi:cli/environment': works('get-environment get-arguments initial-cwd'),
  'wasi:cli/exit': works('exit exit-with-code'),
  'wasi:cli/stdin': works('get-stdin'),
  'wasi:cli/stdout': works('get-stdout'),
  'wasi:cli/stderr': works('get-stderr'),
  'wasi:cli/terminal-input': works('', { 'terminal-input': '' }),
  'wasi:cli/terminal-output': works('', { 'terminal-output': '' }),
  'wasi:cli/terminal-stdin': works('get-terminal-stdin'),
  'wasi:cli/terminal-stdout': works('get-terminal-stdout'),
  'wasi:cli/terminal-stderr': works('get-terminal-stderr'),
  'wasi:clocks/timezone': works('display utc-offset'),
  'wasi:clocks/monotonic-clock': works('now resolution subscribe-instant subscribe-duration'),
  'wasi:clocks/wall-clock': works('now resolution'),
  'wasi:filesystem/preopens': works('get-directories'),
  'wasi:filesystem/types': works('filesystem-error-code', {
    descriptor:
      'read-via-stream write-via-stream append-via-stream advise sync-data get-flags get-type set-size set-times read ' +
      'write read-directory sync create-directory-at stat stat-at set-times-at link-at open-at readlink-at ' +
      'remove-directory-at rename-at symlink-at unlink-file-at is-same-object metadata-hash metadata-hash-at',
    'directory-entry-stream': 'read-directory-entry',
  }),
  'wasi:http/outgoing-handler': works('handle'),
  'wasi:http/types': works('http-error-code', {
    fields: 'constructor static:from-list get has set delete append entries clone',
    'incoming-request': 'method path-with-query scheme authority headers consume',
    'outgoing-request':
      'constructor body method set-method path-with-query set-path-with-query scheme set-scheme authority ' +
      'set-authority headers',
    'request-options':
      'constructor connect-timeout set-connect-timeout first-byte-timeout set-first-byte-timeout ' +
      'between-bytes-timeout set-between-bytes-timeout',
    'response-outparam': 'send-informational static:set',
    'incoming-response': 'status headers consume',
    'incoming-body': 'stream static:finish',
    'future-trailers': 'subscribe get',
    'outgoing-response': 'constructor status-code set-status-code headers body',
    'outgoing-body': 'write static:finish',
    'future-incoming-response': 'subscribe get',
  }),
  'wasi:io/error': works('', { error: 'to-debug-string' }),
  'wasi:io/poll': works('poll', { pollable: 'ready block' }),
  'wasi:io/streams': works('', {
    'input-stream': 'read blocking-read skip blocking-skip subscribe',
    'output-stream':
      'check-write write blocking-write-and-flush flush blocking-flush subscribe write-zeroes ' +
      'blocking-write-zeroes-and-flush splice blocking-splice',
  }),
  'wasi:messaging/types': proposal('', {
    client: 'static:connect disconnect',
    message:
      'constructor topic content-type set-content-type data set-data metadata add-metadata set-metadata remove-metadata',
  }),
  'wasi:messaging/producer': proposal('send'),
  'wasi:messaging/request-reply': proposal('request reply', {
    'request-options': 'constructor set-timeout-ms set-expected-replies',
  }),
  'wasi:random/insecure': works('get-insecure-random-bytes get-insecure-random-u64'),
  'wasi:random/insecure-seed': works('insecure-seed'),
  'wasi:random/random': works('get-random-bytes get-random-u64'),
  'wasi:sockets/instance-network': denied('instance-network'),
  'wasi:sockets/ip-name-lookup': denied('resolve-addresses', {
    'resolve-address-stream': 'resolve-next-address subscribe',
  }),
  'wasi:sockets/network': denied('network-error-code', { network: '' }),
  'wasi:sockets/tcp': denied('', {
    'tcp-socket':
      'start-bind finish-bind start-connect finish-connect start-listen finish-listen accept local-address ' +
      'remote-address is-listening address-family set-listen-backlog-size keep-alive-enabled set-keep-alive-enabled ' +
      'keep-alive-idle-time set-keep-alive-idle-time keep-alive-interval set-keep-alive-interval keep-alive-count ' +
      'set-keep-alive-count hop-limit set-hop-limit receive-buffer-size set-receive-buffer-size send-buffer-size ' +
      'set-send-buffer-size subscribe shutdown',
  }),
  'wasi:sockets/tcp-create-socket': denied('create-tcp-socket'),
  'wasi:sockets/udp': denied('', {
    'udp-socket':
      'start-bind finish-bind stream local-address remote-address address-family unicast-hop-limit ' +
      'set-unicast-hop-limit receive-buffer-size set-receive-buffer-size send-buffer-size set-send-buffer-size subscribe',
    'incoming-datagram-stream': 'receive subscribe',
    'outgoing-datagram-stream': 'check-send send subscribe',
  }),
  'wasi:sockets/udp-create-socket': denied('create-udp-socket'),
  'wasi:logging/logging': works('log', {}, /^0\.1\.0-draft$/),
  'wasi:keyvalue/store': works('open', BUCKET, DRAFT_0_2),
  'wasi:keyvalue/atomics': works('increment swap', { cas: 'static:new current' }, DRAFT_0_2),
  'wasi:keyvalue/batch': works('get-many set-many delete-many', {}, DRAFT_0_2),
  // The first draft has numbers for cursors, counts without sign, and no compare-and-swap.
  'wasi:keyvalue/store@0.2.0-draft': works('open', BUCKET, DRAFT_0_2),
  'wasi:keyvalue/atomics@0.2.0-draft': works('increment', {}, DRAFT_0_2),
  'wasi:blobstore/blobstore': works(
    'create-container get-container delete-container container-exists copy-object move-object',
    {},
    DRAFT_0_2,
  ),
  'wasi:blobstore/container': works(
    '',
    {
      container: 'name info get-data write-data list-objects delete-object delete-objects has-object object-info clear',
      'stream-object-names': 'read-stream-object-names skip-stream-object-names',
    },
    DRAFT_0_2,
  ),
  'wasi:blobstore/types': works(
    '',
    {
      'outgoing-value': 'static:new-outgoing-value outgoing-value-write-body static:finish',
      'incoming-value': 'static:incoming-value-consume-sync static:incoming-value-consume-async size',
    },
    DRAFT_0_2,
  ),
  'wasi:config/store': works('get get-all', {}, DRAFT_0_2),
};

/** Functions that may answer with a promise; a guest that calls one of them can be suspended there, and only there. */
const WAITING: Readonly<Record<string, RegExp>> = {
  'wasi:filesystem/types':
    /^\[method\](?:directory-entry-stream\.|descriptor\.(?!(?:read|write|append)-via-stream$|advise$|get-))/,
  'wasi:config/store': /^get(?:-all)?$/,
  'wasi:io/poll': /^(?:poll|\[method\]pollable\.block)$/,
  'wasi:messaging/producer': /^send$/,
  'wasi:messaging/request-reply': /^(?:request|reply)$/,
  'wasi:io/streams': /^\[method\](?:in|out)put-stream\.blocking-/,
  'wasi:keyvalue/store': /^(?:open|\[method\]bucket\..+)$/,
  'wasi:keyvalue/atomics': /^(?:increment|swap|\[static\]cas\.new)$/,
  'wasi:keyvalue/batch': /./,
  'wasi:blobstore/blobstore': /./,
  'wasi:blobstore/container': /^\[method\](?!container\.name$)/,
  'wasi:blobstore/types': /^\[static\](?:outgoing-value\.finish|incoming-value\.incoming-value-consume-sync)$/,
};

/** Whether the function `name` of an interface (under its provided name) may answer with a promise. */
export function mayWait(interfaceName: string, name: string): boolean {
  const plain = withoutVersion(interfaceName);
  return Object.hasOwn(WAITING, plain) && WAITING[plain]?.test(name) === true;
}

/**
 * The key of `PROVIDED_INTERFACES` for the full name of an import: the name without version, but for a version whose
 * functions are others than those of the rest. What is not WASI is another component's, under its full name.
 */
export function providedName(name: string): string {
  return Object.hasOwn(PROVIDED_INTERFACES, name) || !name.startsWith('wasi:') ? name : withoutVersion(name);
}

/** What the platform provides under the full name of an import (`wasi:cli/stdout@0.2.3`); undefined when nothing. */
export function findProvided(name: string): ProvidedInterface | undefined {
  const key = providedName(name);
  if (!name.includes('@') || !Object.hasOwn(PROVIDED_INTERFACES, key)) return undefined;
  const provided = PROVIDED_INTERFACES[key];
  return provided?.versions.test(name.slice(name.indexOf('@') + 1)) ? provided : undefined;
}

function withoutVersion(name: string): string {
  return name.replace(/@.*$/, '');
}

/** Members of each resource, divided by spaces: methods, `constructor`, and static functions as `static:name`. */
type Resources = Readonly<Record<string, string>>;

function works(functions: string, resources: Resources = {}, versions = WASI_0_2): ProvidedInterface {
  return { state: 'works', versions, ...names(functions, resources) };
}

function denied(functions: string, resources: Resources = {}): ProvidedInterface {
  return { state: 'denied', versions: WASI_0_2, ...names(functions, resources) };
}

function proposal(functions: string, resources: Resources = {}): ProvidedInterface {
  return { ...draft(functions, resources), state: 'works' };
}

function draft(functions: string, resources: Resources = {}): ProvidedInterface {
  return { state: 'denied', versions: DRAFT_0_2, ...names(functions, resources) };
}

function names(functions: string, resources: Resources): Pick<ProvidedInterface, 'functions' | 'resources'> {
  const members = Object.entries(resources).flatMap(([resource, list]) =>
    words(list).map((member) => {
      if (member === 'constructor') return `[constructor]${resource}`;
      return member.startsWith('static:')
        ? `[static]${resource}.${member.slice('static:'.length)}`
        : `[method]${resource}.${member}`;
    }),
  );
  return { functions: [...words(functions), ...members], resources: Object.keys(resources) };
}

function words(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}
