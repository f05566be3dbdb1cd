/** The resource `response-outparam` of `wasi:http/types`: where a guest puts its answer to a request, once. */
import { WasiTrap } from '../failure.ts';
import { Resource } from '../resource.ts';
import { type ErrorCode, httpFailure, internalError } from './error-code.ts';
import type { OutgoingResponse } from './outgoing-response.ts';

/** `result<outgoing-response, error-code>`. */
export type GivenResponse =
  | { readonly tag: 'ok'; readonly val: OutgoingResponse }
  | { readonly tag: 'err'; readonly val: ErrorCode };

export class ResponseOutparam extends Resource {
  readonly #take: (response: GivenResponse) => void;
  #isSet = false;

  /** `take` gets the answer. */
  constructor(take: (response: GivenResponse) => void) {
    super();
    this.#take = take;
  }

  static set(param: ResponseOutparam, response: GivenResponse): void {
    if (param.#isSet) throw new WasiTrap('wasi:http: the request was answered twice');
    param.#isSet = true;
    param.#take(response);
  }

  /** The platform sends one head of a response. */
  sendInformational(): never {
    throw httpFailure(internalError('informational responses are unsupported: the platform sends none'));
  }
}
