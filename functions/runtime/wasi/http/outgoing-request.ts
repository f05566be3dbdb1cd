/** The resource `outgoing-request` of `wasi:http/types`: what a guest puts together before it is sent. */
import { TOKEN } from '../../../../src/core/http-fields.ts';
import { WasiFailure } from '../failure.ts';
import { Resource, tollOf } from '../resource.ts';
import { BodyPipe } from './body-pipe.ts';
import { declaredLength } from './content-length.ts';
import { type Fields, immutableFields } from './fields.ts';
import type { Method, Scheme } from './method.ts';
import { OutgoingBody } from './outgoing-body.ts';

const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
/** No spaces, controls or fragments: enough to keep a request line whole. */
const PATH_WITH_QUERY = /^[\x21\x22\x24-\x7e\u0080-\uffff]*$/;
const AUTHORITY = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%[\]]+$/;

/** What is sent of a request. */
export interface RequestParts {
  readonly method: Method;
  readonly scheme: Scheme | undefined;
  readonly authority: string | undefined;
  readonly pathWithQuery: string | undefined;
  readonly headers: Fields;
  /** Absent: the guest never asked for the body, so there is none. */
  readonly body: BodyPipe | undefined;
}

/** Takes a request apart that a guest hands over. */
export let partsOf: (request: OutgoingRequest) => RequestParts;

export class OutgoingRequest extends Resource {
  readonly #headers: Fields;
  #body: BodyPipe | undefined;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;

  static {
    partsOf = (request) => ({
      method: request.#method,
      scheme: request.#scheme,
      authority: request.#authority,
      pathWithQuery: request.#pathWithQuery,
      headers: request.#headers,
      body: request.#body,
    });
  }

  constructor(headers: Fields) {
    super();
    this.#headers = immutableFields(headers);
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw new WasiFailure(undefined);
    this.#body = new BodyPipe({
      lifetime: tollOf(this).lifetime,
      contentLength: declaredLength(this.#headers),
      sizeError: 'HTTP-request-body-size',
    });
    return new OutgoingBody(this.#body);
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

/** The functions that set something answer a bare `err` when it is not syntactically valid. */
function require(valid: boolean): void {
  if (!valid) throw new WasiFailure(undefined);
}
