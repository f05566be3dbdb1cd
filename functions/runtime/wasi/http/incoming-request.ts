/** The resource `incoming-request` of `wasi:http/types`: what a client sent to this component. */
import type { HttpRequestHead } from '../../../../src/isolate/tasks.ts';
import { Resource } from '../resource.ts';
import { type Fields, receivedFields } from './fields.ts';
import { type IncomingBody, type IncomingBytes, UnreadBody } from './incoming-body.ts';
import { type Method, methodOf, type Scheme } from './method.ts';

const encoder = new TextEncoder();

export class IncomingRequest extends Resource {
  readonly #head: HttpRequestHead;
  readonly #headers: Fields;
  readonly #body: UnreadBody;

  constructor(head: HttpRequestHead, bytes: IncomingBytes) {
    super();
    this.#head = head;
    this.#headers = receivedFields(head.headers.map(([name, value]) => [name, encoder.encode(value)]));
    this.#body = new UnreadBody(bytes);
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
    return this.#body.take();
  }

  [Symbol.dispose](): void {
    this.#body.drop();
  }
}
