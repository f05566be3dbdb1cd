/** The resource `incoming-response` of `wasi:http/types`: what another host answered. */
import { Resource } from '../resource.ts';
import type { Fields } from './fields.ts';
import { type IncomingBody, type IncomingBytes, UnreadBody } from './incoming-body.ts';

export class IncomingResponse extends Resource {
  readonly #status: number;
  readonly #headers: Fields;
  readonly #body: UnreadBody;

  constructor(status: number, headers: Fields, bytes: IncomingBytes) {
    super();
    this.#status = status;
    this.#headers = headers;
    this.#body = new UnreadBody(bytes);
  }

  status(): number {
    return this.#status;
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
