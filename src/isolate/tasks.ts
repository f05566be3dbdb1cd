/** What a call is for: which entrance of the component, and what is brought to it. Plain data and streams that cross RPC. */

/** A function that the component exports, called with JSON. */
export interface FunctionTask {
  readonly kind: 'function';
  /** Full id of the function (see `CallableFunction`), already resolved by the shard. */
  readonly function: string;
  /** The JSON body of the request, as it came: the isolate parses and checks it. Empty: no arguments. */
  readonly body: ArrayBuffer;
}

/** `wasi:cli/run`. */
export interface CommandTask {
  readonly kind: 'command';
  /** What `get-arguments` shows; the first is the component's name. */
  readonly args: readonly string[];
  readonly stdin: string;
  /** Whether the output is passed on as it comes (`respond` with the head `output`), or with the outcome. */
  readonly streams: boolean;
}

/** A header field: its name, and its value as the platform's `Headers` has it. */
export type HeaderField = readonly [name: string, value: string];

/** The head of an HTTP request, as the guest sees it. */
export interface HttpRequestHead {
  readonly method: string;
  /** Without the prefix under which the platform serves it; the query is as it came. */
  readonly pathWithQuery: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly headers: readonly HeaderField[];
}

/** `wasi:http/incoming-handler`. */
export interface HttpTask {
  readonly kind: 'http';
  readonly head: HttpRequestHead;
  /** Absent: the request has no body. */
  readonly body?: ReadableStream<Uint8Array>;
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number;
}

/** `wasi:messaging/incoming-handler`. */
export interface MessageTask {
  readonly kind: 'message';
  readonly message: {
    readonly topic: string;
    readonly contentType?: string;
    readonly data: ArrayBuffer;
    readonly metadata: readonly (readonly [key: string, value: string])[];
  };
}

export type CallTask = FunctionTask | CommandTask | HttpTask | MessageTask;

/** What an isolate says before it passes a body on: the head of an HTTP response, or that output in frames follows. */
export type ResponseHead =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly headers: readonly HeaderField[];
    }
  | { readonly kind: 'output' };

/** The body behind it: all of it, or as it comes. Absent: there is none. */
export type AnswerBody = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | undefined;
