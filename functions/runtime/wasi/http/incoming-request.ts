/** The resource `incoming-request` of `wasi:http/types`: what a client sent to this component. */
import type { HttpRequestHead } from '../../../../src/isolate/tasks.ts';
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import { type Fields, receivedFields } from './fields.ts';
import { IncomingBody, type IncomingBytes } from './incoming-body.ts';
import { type Method, methodOf, type Scheme } from './method.ts';

const encoder = new TextEncoder();

export class IncomingRequest extends Resource {
  readonly #head: HttpRequestHead;
  readonly #headers: Fields;
  readonly #bytes: IncomingBytes;
  #consumed = false;

  constructor(head: HttpRequestHead, bytes: IncomingBytes) {
    super();
    this.#head = head;
    this.#headers = receivedFields(head.headers.map(([name, value]) => [name, encoder.encode(value)]));
    this.#bytes = bytes;
  }

  method(): Method {
    return methodOf(this.#head.method);
  }

  pathWithQuery(): string {
    return this.#head.pathWithQuery;
  }

  scheme(): Scheme {
    return { tag: this.#head.scheme === 'https' ? 'HTTPS' : 'HTTP' };
  }

  authority(): string {
    return this.#head.authority;
  }

  headers(): Fields {
    return this.#headers;
  }

  consume(): IncomingBody {
    if (this.#consumed) throw new WasiFailure(undefined);
    this.#consumed = true;
    return new IncomingBody(this.#bytes);
  }

  /** Nobody wants the body of a request that was dropped; one that was handed out goes on by itself. */
  [Symbol.dispose](): void {
    if (this.#consumed) return;
    this.#consumed = true;
    // The other side may be gone already.
    this.#bytes.stream?.cancel().catch(() => undefined);
  }
}
