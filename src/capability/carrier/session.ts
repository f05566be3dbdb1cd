/** The carrier of one call, until that is over. */
import { RpcTarget } from 'cloudflare:workers';
import type { HttpAnswer, HttpRequest, HttpRequestBody } from '../http/contract.ts';
import { HttpSender } from '../http/sender.ts';
import type { CarrierAuthority, CarrierSession } from './contract.ts';

export class Session extends RpcTarget implements CarrierSession {
  readonly #authority: CarrierAuthority & Disposable;
  readonly #http: HttpSender;
  #open = true;

  constructor(authority: CarrierAuthority & Disposable) {
    super();
    this.#authority = authority;
    this.#http = new HttpSender(authority);
  }

  request(request: HttpRequest, body: HttpRequestBody): Promise<HttpAnswer> {
    return this.#http.send(request, body);
  }

  async abort(id: number): Promise<void> {
    this.#http.abort(id);
  }

  async close(): Promise<void> {
    this[Symbol.dispose]();
  }

  /** Also when nobody holds the session any more, because the shard or the isolate went away. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#http.close();
    this.#authority[Symbol.dispose]();
  }
}
