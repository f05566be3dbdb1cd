/** Calls the component of http-client-component.ts, and reads what it says. */
import { expect } from 'vitest';
import { type Client, freshName } from './edge-client.ts';

/** What `send` is asked to do; see the component's source. */
export interface SendRequest {
  /** Sent before, one after another. */
  readonly earlier?: readonly SendRequest[];
  readonly authority: string;
  readonly scheme?: 'HTTP' | 'HTTPS';
  readonly method?: { readonly tag: string; readonly val?: string };
  readonly path?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Pieces of the body: texts, and numbers of bytes. Absent: the body is not asked for. */
  readonly body?: readonly (string | number)[];
  /** Drops the body instead of finishing it. */
  readonly unfinished?: boolean;
  readonly trailers?: readonly (readonly [name: string, value: string])[];
  readonly firstByteMs?: number;
  readonly betweenBytesMs?: number;
  /** Waits no longer for the response. */
  readonly waitMs?: number;
  /** Drops the future at once. */
  readonly drop?: boolean;
  /** Asks the future a second time. */
  readonly again?: boolean;
  /** Ends the call once the response's head is there. */
  readonly leave?: boolean;
  /** Waits before it reads the body. */
  readonly holdMs?: number;
  /** Reads no more than about so many bytes. */
  readonly stopAfter?: number;
}

interface WasiError {
  readonly tag: string;
  readonly val?: unknown;
}

/** What came of it. */
export interface Sent {
  readonly earlier?: readonly Sent[];
  readonly header?: WasiError;
  readonly handle?: WasiError;
  readonly error?: WasiError;
  readonly write?: 'closed' | { readonly debug: string; readonly code: WasiError };
  readonly finish?: WasiError;
  readonly taken?: readonly number[];
  readonly answered?: boolean;
  readonly again?: unknown;
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly text?: string;
  readonly length?: number;
  readonly failure?: 'closed' | { readonly debug: string; readonly code: WasiError };
  readonly trailers?: unknown;
}

/** A network policy that allows these hosts. */
export function allowing(...hosts: readonly string[]): string {
  const rules = hosts.map((host) => `{host: ${JSON.stringify(host)}}`).join(', ');
  return `version: "1.0"\npermissions:\n  network:\n    allow: [${rules}]\n`;
}

/** The component under a name of its own, with a policy. */
export async function deploy(client: Client, component: Uint8Array, policy: string): Promise<string> {
  const name = freshName('http');
  expect((await client.upload(name, component, { policy })).status).toBe(201);
  return name;
}

export async function send(client: Client, name: string, request: SendRequest): Promise<Sent> {
  const answer = await client.call(name, 'send', { request: JSON.stringify(request) });
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.text}`);
  // A cast: the component says what `Sent` describes, and tests look at nothing else.
  return JSON.parse((answer.json as { result: string }).result) as Sent;
}

/** `{status, body}` of a `fetch` in the component, or its `{error}`. */
export async function fetched(
  client: Client,
  name: string,
  url: string,
): Promise<{ readonly status?: number; readonly body?: string; readonly error?: string }> {
  const answer = await client.call(name, 'get', { url });
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.text}`);
  return JSON.parse((answer.json as { result: string }).result); // as the component's source says
}

/** The refusals that were recorded for a component: `capability resource: rule`, the latest first. */
export async function denials(client: Client, name: string): Promise<readonly string[]> {
  const { json } = await client.get(`/v1/components/${name}/events?limit=500`);
  const { items } = json as { items: { type: string; capability: string; resource: string; rule: string }[] };
  return items
    .filter(({ type }) => type === 'CapabilityDenied')
    .map(({ capability, resource, rule }) => `${capability} ${resource}: ${rule}`);
}
