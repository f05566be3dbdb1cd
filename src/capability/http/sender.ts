/** Sends the requests of one call to other hosts: each is asked for first, and goes to exactly what was decided on. */
import { MAX_URL_CHARACTERS } from '../../core/limits.ts';
import type { CapabilityAnswer } from '../../isolate/protocol.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import type { CarrierAuthority } from '../carrier/contract.ts';
import { Admissions } from './admissions.ts';
import type { HttpAnswer, HttpErrorCode, HttpRequest, HttpRequestBody } from './contract.ts';
import { failureOf, internalError } from './failure.ts';
import { readBody, readRequest } from './read-request.ts';
import { readResponse } from './read-response.ts';

/** Methods that open tunnels or hand a request's own headers back: `fetch` has never sent them. */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

export class HttpSender {
  readonly #admissions: Admissions;
  readonly #running = new Map<number, AbortController>();
  #open = true;

  constructor(authority: CarrierAuthority) {
    this.#admissions = new Admissions(authority);
  }

  /** Sends one request; what it is comes from an isolate. Never rejects. */
  async send(asked: unknown, givenBody: unknown): Promise<HttpAnswer> {
    const body = readBody(givenBody);
    try {
      const answer = await this.#send(asked, body);
      if (answer.kind === 'failed') giveUp(body);
      return answer;
    } catch {
      // The shard is gone, and with it the call.
      giveUp(body);
      return failed(internalError('the platform did not answer'));
    }
  }

  abort(id: number): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  /** See `CarrierSession`. */
  callBack(loan: number): number | undefined {
    return this.#admissions.callBack(loan);
  }

  /** Gives up all requests with their responses; no other is sent. */
  close(): void {
    this.#open = false;
    for (const id of [...this.#running.keys()]) this.abort(id);
  }

  async #send(asked: unknown, body: HttpRequestBody): Promise<HttpAnswer> {
    const request = readRequest(asked);
    if (request === undefined) return failed(internalError('not a request'));
    const { id, method, authority, path } = request;
    if (!this.#open || this.#running.has(id)) return failed(internalError('the call is over'));
    if (FORBIDDEN_METHODS.has(method.toUpperCase())) return failed({ tag: 'HTTP-request-method-invalid' });
    if (authority.length + path.length > MAX_URL_CHARACTERS) return failed({ tag: 'HTTP-request-URI-too-long' });
    const controller = new AbortController();
    this.#running.set(id, controller);
    let goesOn = false;
    try {
      const answer = await this.#admitted(request, body, controller.signal);
      goesOn = answer.kind === 'response' && answer.body instanceof ReadableStream;
      return answer;
    } finally {
      // What has come to its end, or to nothing, cannot be given up: its number is free, and another may have it by now.
      if (!goesOn && this.#running.get(id) === controller) this.#running.delete(id);
    }
  }

  /** Asks for a request, and sends it when it may go. */
  async #admitted(request: HttpRequest, body: HttpRequestBody, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, scheme, authority, path } = request;
    const admission = await this.#admissions.admit({ scheme, authority });
    if (signal.aborted) return failed(internalError('the request was given up'));
    const origin = admission.kind === 'done' ? ownFields(admission.value).get('origin') : undefined;
    if (typeof origin !== 'string') return failed(refusal(admission));
    const url = urlOf(origin, path);
    if (url === undefined) return failed({ tag: 'HTTP-request-URI-invalid' });
    try {
      return await readResponse(await fetch(url, initOf(request, body, signal)), method);
    } catch (error) {
      return failed(failureOf(error, url));
    }
  }
}

/** The URL of `path` at an origin that was decided on; undefined when a path would lead elsewhere. */
export function urlOf(origin: string, path: string): URL | undefined {
  const url = URL.parse(`${origin}${path}`);
  return url?.origin === origin && url.username === '' && url.password === '' ? url : undefined;
}

function initOf(
  { method, headers, contentLength }: HttpRequest,
  body: HttpRequestBody,
  signal: AbortSignal,
): RequestInit {
  const sent = new Headers();
  for (const [name, value] of headers) sent.append(name, value);
  // Without it the platform asks for compressed responses, which the guest would never see as such.
  if (!sent.has('accept-encoding')) sent.set('accept-encoding', 'identity');
  return {
    method,
    headers: sent,
    signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: withLength(body, contentLength) }),
  };
}

/** A stream of known length is sent with it, and breaks off when it turns out to have another. */
function withLength(body: Uint8Array<ArrayBuffer> | ReadableStream, contentLength: number | undefined) {
  if (body instanceof Uint8Array || contentLength === undefined) return body;
  return body.pipeThrough(new FixedLengthStream(contentLength));
}

function refusal(answer: CapabilityAnswer): HttpErrorCode {
  if (answer.kind === 'done') return internalError('the platform did not say where to');
  switch (answer.reason) {
    case 'denied':
      return { tag: 'HTTP-request-denied' };
    case 'invalid':
      return { tag: 'HTTP-request-URI-invalid' };
    case 'exhausted':
    case 'unavailable':
      return internalError(answer.message);
  }
}

function failed(code: HttpErrorCode): HttpAnswer {
  return { kind: 'failed', code };
}

/** The isolate hears that nobody takes the body. */
function giveUp(body: HttpRequestBody): void {
  // A stream that is read by a request is the request's to cancel.
  if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => undefined);
}
