/** The public API as a test sees it: sends, reads the whole answer, judges nothing. */
import type { EdgeAddress } from './edge.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface ErrorBody {
  readonly error_code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly timestamp: string;
}

export interface UploadOptions {
  readonly policy?: string;
  readonly version?: string;
  /** Instead of the edge's admin token; null sends none. */
  readonly token?: string | null;
}

export interface Client {
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  upload(name: string, component: Uint8Array, options?: UploadOptions): Promise<Answer>;
  /** `args` is sent as JSON; a string is sent as it is. */
  call(name: string, functionName: string, args: unknown): Promise<Answer>;
  remove(name: string): Promise<Answer>;
}

export interface RequestOptions {
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the edge's admin token; null sends none. */
  readonly token?: string | null;
}

/** No answer may take longer: an edge that hangs is a failed test, not a stuck one. */
const ANSWER_TIMEOUT_MS = 40_000;

export function clientOf(edge: Pick<EdgeAddress, 'url' | 'token'>): Client {
  const request = async (method: string, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const token = options.token === undefined ? edge.token : options.token;
    const response = await fetch(`${edge.url}${path}`, {
      method,
      headers: { ...options.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(options.body === undefined ? {} : { body: options.body, duplex: 'half' }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return {
    request,
    get: (path) => request('GET', path),
    upload: (name, component, options = {}) => {
      const query = options.version === undefined ? '' : `?version=${encodeURIComponent(options.version)}`;
      const path = `/v1/components/${name}${query}`;
      const token = options.token === undefined ? {} : { token: options.token };
      if (options.policy === undefined) {
        return request('PUT', path, {
          body: bytes(component),
          headers: { 'content-type': 'application/wasm' },
          ...token,
        });
      }
      const form = new FormData();
      form.append('component', new Blob([bytes(component)], { type: 'application/wasm' }), 'component.wasm');
      form.append('policy', new Blob([options.policy], { type: 'application/yaml' }), 'policy.yaml');
      return request('PUT', path, { body: form, ...token });
    },
    call: (name, functionName, args) =>
      request('POST', `/call/${name}/${encodeURIComponent(functionName)}`, {
        body: typeof args === 'string' ? args : JSON.stringify(args),
        headers: { 'content-type': 'application/json' },
      }),
    remove: (name) => request('DELETE', `/v1/components/${name}`),
  };
}

/** A component name that no other test uses. */
export function freshName(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
}

/** The platform's error in an answer; throws with the whole answer when there is none. */
export function errorOf(answer: Answer): ErrorBody & { readonly status: number } {
  const body = answer.json as Partial<ErrorBody> | undefined;
  if (typeof body?.error_code !== 'string' || typeof body.message !== 'string' || typeof body.timestamp !== 'string') {
    throw new Error(`no error of the platform: HTTP ${answer.status} ${answer.text.slice(0, 500)}`);
  }
  if (answer.headers.get('x-skerry-error') !== body.error_code) {
    throw new Error(`x-skerry-error is ${answer.headers.get('x-skerry-error')}, the body says ${body.error_code}`);
  }
  return { ...(body as ErrorBody), status: answer.status };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` takes bytes over an ArrayBuffer only, never a shared one. */
function bytes(component: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(component);
}
