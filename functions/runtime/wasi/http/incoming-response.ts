/** The resource `incoming-response` of `wasi:http/types`: what another host answered. */
import { WasiFailure } from '../failure.ts';
import { Resource } from '../resource.ts';
import type { Fields } from './fields.ts';
import { IncomingBody, type IncomingBytes } from './incoming-body.ts';

export class IncomingResponse extends Resource {
  readonly #status: number;
  readonly #headers: Fields;
  readonly #bytes: IncomingBytes;
  #consumed = false;

  constructor(status: number, headers: Fields, bytes: IncomingBytes) {
    super();
    this.#status = status;
    this.#headers = headers;
    this.#bytes = bytes;
  }

  status(): number {
    return this.#status;
  }

  headers(): Fields {
    return this.#headers;
  }

  consume(): IncomingBody {
    if (this.#consumed) throw new WasiFailure(undefined);
    this.#consumed = true;
    return new IncomingBody(this.#bytes);
  }

  /** Nobody wants the body of a response that was dropped; one that was handed out goes on by itself. */
  [Symbol.dispose](): void {
    if (this.#consumed) return;
    this.#consumed = true;
    // The other side may be gone already.
    this.#bytes.stream?.cancel().catch(() => undefined);
  }
}
