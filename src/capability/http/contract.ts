/** What isolates, the carrier and the shard say to each other about requests to other hosts. Types only. */

/** One request as the isolate wants it sent. */
export interface HttpRequest {
  /** Names the request for `abort`; the isolate's own numbers. */
  readonly id: number;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host and port as the guest wrote them. */
  readonly authority: string;
  /** Begins with `/`. */
  readonly path: string;
  readonly headers: readonly HttpField[];
  /** Length of a body that comes as a stream, in bytes, where it is known. */
  readonly contentLength?: number;
}

/** One header; one that comes several times is several. */
export type HttpField = readonly [name: string, value: string];

/** All of a body, or a stream of bytes; absent: none. */
export type HttpRequestBody = Uint8Array<ArrayBuffer> | ReadableStream | undefined;

/** The head of the response, with its body as it comes; or why there is none. Redirects are responses like any other. */
export type HttpAnswer =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: readonly HttpField[];
      /** All of a short body that came at once, or a stream. Absent: a response that cannot have one. */
      readonly body?: Uint8Array<ArrayBuffer> | ReadableStream;
    }
  | { readonly kind: 'failed'; readonly code: HttpErrorCode };

/** The provider's operation `request`, before each request: may it be sent, and to where exactly. */
export interface HttpAdmissionInput {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
}

/** A request to this origin may be sent. */
export interface HttpAdmission {
  /** The origin that was decided on, as a URL parser spells it. */
  readonly origin: string;
}

/** The cases of `error-code` in `wasi:http/types` that the platform uses. */
export type HttpErrorCode =
  | { readonly tag: 'HTTP-request-body-size' | 'HTTP-response-body-size'; readonly val: bigint | undefined }
  | { readonly tag: 'HTTP-request-header-section-size' | 'HTTP-response-header-section-size'; readonly val: number }
  | { readonly tag: 'DNS-error'; readonly val: { readonly rcode?: string; readonly infoCode?: number } }
  | { readonly tag: 'internal-error'; readonly val: string | undefined }
  | {
      readonly tag:
        | 'HTTP-protocol-error'
        | 'HTTP-request-URI-invalid'
        | 'HTTP-request-URI-too-long'
        | 'HTTP-request-denied'
        | 'HTTP-request-method-invalid'
        | 'HTTP-response-timeout'
        | 'HTTP-upgrade-failed'
        | 'TLS-certificate-error'
        | 'TLS-protocol-error'
        | 'connection-read-timeout'
        | 'connection-terminated'
        | 'connection-timeout'
        | 'destination-unavailable';
    };
