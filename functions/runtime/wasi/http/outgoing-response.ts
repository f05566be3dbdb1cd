/** The resource `outgoing-response` of `wasi:http/types`: what a guest puts together to answer a request. */
import { WasiFailure } from '../failure.ts';
import { Resource, tollOf } from '../resource.ts';
import { BodyPipe } from './body-pipe.ts';
import { declaredLength } from './content-length.ts';
import { type Fields, immutableFields } from './fields.ts';
import { OutgoingBody } from './outgoing-body.ts';

/** What is sent of a response. */
export interface ResponseParts {
  readonly status: number;
  readonly headers: Fields;
  /** Absent: the guest never asked for the body, so there is none. */
  readonly body: BodyPipe | undefined;
}

/** Takes a response apart that a guest hands over. */
export let responsePartsOf: (response: OutgoingResponse) => ResponseParts;

export class OutgoingResponse extends Resource {
  readonly #headers: Fields;
  #body: BodyPipe | undefined;
  #statusCode = 200;

  static {
    responsePartsOf = (response) => ({
      status: response.#statusCode,
      headers: response.#headers,
      body: response.#body,
    });
  }

  constructor(headers: Fields) {
    super();
    this.#headers = immutableFields(headers);
  }

  statusCode(): number {
    return this.#statusCode;
  }

  setStatusCode(statusCode: number): void {
    if (statusCode < 100 || statusCode > 599) throw new WasiFailure(undefined);
    this.#statusCode = statusCode;
  }

  headers(): Fields {
    return this.#headers;
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw new WasiFailure(undefined);
    this.#body = new BodyPipe({
      lifetime: tollOf(this).lifetime,
      contentLength: declaredLength(this.#headers),
      sizeError: 'HTTP-response-body-size',
    });
    return new OutgoingBody(this.#body);
  }
}
