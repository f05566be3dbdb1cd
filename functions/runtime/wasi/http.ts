/**
 * `wasi:http`: requests can be put together, and sending one is `HTTP-request-denied`. So there are no responses,
 * no incoming bodies and no trailers.
 */
import { deniedInterface, deniedResource } from './denied.ts';
import { WasiFailure, WasiTrap } from './failure.ts';
import { Fields, immutableFields, TOKEN } from './fields.ts';
import { PROVIDED_INTERFACES } from './provided.ts';
import { Resource } from './resource.ts';
import { OutputStream } from './streams.ts';

interface Method {
  readonly tag: string;
  readonly val?: string;
}

interface Scheme {
  readonly tag: 'HTTP' | 'HTTPS' | 'other';
  readonly val?: string;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
/** No spaces, controls or fragments: enough to keep a request line whole. */
const PATH_WITH_QUERY = /^[\x21\x22\x24-\x7e\u0080-\uffff]*$/;
const AUTHORITY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%[\]]+$/;

export class OutgoingBody extends Resource {
  #taken = false;

  write(): OutputStream {
    if (this.#taken) throw new WasiFailure(undefined);
    this.#taken = true;
    return new OutputStream({ write: () => undefined });
  }

  static finish(_body: OutgoingBody, _trailers: Fields | undefined): void {}
}

export class OutgoingRequest extends Resource {
  readonly #headers: Fields;
  #body: OutgoingBody | undefined;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;

  constructor(headers: Fields) {
    super();
    this.#headers = immutableFields(headers);
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw new WasiFailure(undefined);
    this.#body = new OutgoingBody();
    return this.#body;
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    require(method.tag !== 'other' || TOKEN.test(method.val ?? ''));
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    require(pathWithQuery === undefined || PATH_WITH_QUERY.test(pathWithQuery));
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    require(scheme?.tag !== 'other' || SCHEME.test(scheme.val ?? ''));
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    require(authority === undefined || AUTHORITY.test(authority));
    this.#authority = authority;
  }

  headers(): Fields {
    return this.#headers;
  }
}

export class OutgoingResponse extends Resource {
  readonly #headers: Fields;
  #body: OutgoingBody | undefined;
  #statusCode = 200;

  constructor(headers: Fields) {
    super();
    this.#headers = immutableFields(headers);
  }

  statusCode(): number {
    return this.#statusCode;
  }

  setStatusCode(statusCode: number): void {
    require(statusCode >= 100 && statusCode <= 599);
    this.#statusCode = statusCode;
  }

  headers(): Fields {
    return this.#headers;
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw new WasiFailure(undefined);
    this.#body = new OutgoingBody();
    return this.#body;
  }
}

/** Timeouts, in nanoseconds. */
export class RequestOptions extends Resource {
  #connect: bigint | undefined;
  #firstByte: bigint | undefined;
  #betweenBytes: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connect;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connect = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByte;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByte = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytes = duration;
  }
}

const TYPES = 'wasi:http/types';

export const httpTypes = {
  httpErrorCode: () => undefined,
  Fields,
  IncomingRequest: unobtainable('incoming-request'),
  OutgoingRequest,
  RequestOptions,
  ResponseOutparam: unobtainable('response-outparam'),
  IncomingResponse: unobtainable('incoming-response'),
  IncomingBody: unobtainable('incoming-body'),
  FutureTrailers: unobtainable('future-trailers'),
  OutgoingResponse,
  OutgoingBody,
  FutureIncomingResponse: unobtainable('future-incoming-response'),
};

export const outgoingHandler = deniedInterface('wasi:http/outgoing-handler', { tag: 'HTTP-request-denied' });

/** A resource that only a granted request would lead to. */
function unobtainable(resource: string): new () => object {
  return deniedResource(resource, PROVIDED_INTERFACES[TYPES]?.functions ?? [], () => {
    throw new WasiTrap(`wasi:http: there is no ${resource}, for no request is let through`);
  });
}

/** The functions that set something answer a bare `err` when it is not syntactically valid. */
function require(valid: boolean): void {
  if (!valid) throw new WasiFailure(undefined);
}
