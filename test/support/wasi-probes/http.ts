/** Probes of `wasi:http`: a request to another host. */
import { IncomingRequest } from '../../../functions/runtime/wasi/http/incoming-request.ts';
import { ResponseOutparam } from '../../../functions/runtime/wasi/http/response-outparam.ts';
import type { Probe } from './evidence.ts';

const TYPES = 'wasi:http/types#';
const FIELDS = `${TYPES}[method]fields.`;
const REQUEST = `${TYPES}[method]outgoing-request.`;
const RESPONSE = `${TYPES}[method]outgoing-response.`;
const OPTIONS = `${TYPES}[method]request-options.`;
const VALUE = new TextEncoder().encode('value');

export const fields: Probe = async (guest) => {
  await guest.call(`${TYPES}[static]fields.from-list`, [['name', VALUE]]);
  const made = await guest.call(`${TYPES}[constructor]fields`);
  await guest.call(`${FIELDS}set`, made, 'name', [VALUE]);
  await guest.call(`${FIELDS}append`, made, 'name', VALUE);
  for (const name of ['get', 'has', 'delete']) await guest.call(`${FIELDS}${name}`, made, 'name');
  await guest.call(`${FIELDS}entries`, made);
  await guest.call(`${FIELDS}clone`, made);
};

export const options: Probe = async (guest) => {
  const made = await guest.call(`${TYPES}[constructor]request-options`);
  for (const name of ['connect-timeout', 'first-byte-timeout', 'between-bytes-timeout']) {
    await guest.call(`${OPTIONS}set-${name}`, made, 1_000_000_000n);
    await guest.call(`${OPTIONS}${name}`, made);
  }
};

export const outgoingResponse: Probe = async (guest) => {
  const made = await guest.call(
    `${TYPES}[constructor]outgoing-response`,
    await guest.call(`${TYPES}[constructor]fields`),
  );
  await guest.call(`${RESPONSE}set-status-code`, made, 201);
  for (const name of ['status-code', 'headers', 'body']) await guest.call(`${RESPONSE}${name}`, made);
};

export const outgoingHandler: Probe = async (guest) => {
  const request = await guest.call(
    `${TYPES}[constructor]outgoing-request`,
    await guest.call(`${TYPES}[constructor]fields`),
  );
  for (const [name, value] of [
    ['method', { tag: 'post' }],
    ['scheme', { tag: 'HTTPS' }],
    ['authority', 'origin.test'],
    ['path-with-query', '/empty'],
  ] as const) {
    await guest.call(`${REQUEST}set-${name}`, request, value);
    await guest.call(`${REQUEST}${name}`, request);
  }
  await guest.call(`${REQUEST}headers`, request);
  const sent = await guest.call(`${REQUEST}body`, request);
  await guest.call(`${TYPES}[method]outgoing-body.write`, sent);
  await guest.call(`${TYPES}[static]outgoing-body.finish`, sent, undefined);
  const future = await guest.call('wasi:http/outgoing-handler#handle', request, undefined);
  const pollable = await guest.call(`${TYPES}[method]future-incoming-response.subscribe`, future);
  await guest.call('wasi:io/poll#[method]pollable.block', pollable);
  const got = await guest.call<Got>(`${TYPES}[method]future-incoming-response.get`, future);
  if (got?.val?.tag !== 'ok') throw new Error(`no response: ${JSON.stringify(got?.val?.val)}`);
  const response = got.val.val;
  for (const name of ['status', 'headers']) await guest.call(`${TYPES}[method]incoming-response.${name}`, response);
  const body = await guest.call(`${TYPES}[method]incoming-response.consume`, response);
  await guest.call(`${TYPES}[method]incoming-body.stream`, body);
  const trailers = await guest.call(`${TYPES}[static]incoming-body.finish`, body);
  await guest.call(`${TYPES}[method]future-trailers.subscribe`, trailers);
  await guest.call(`${TYPES}[method]future-trailers.get`, trailers);
};

/** A request to the component, made as the entrance makes it, and its answer. */
export const incoming: Probe = async (guest) => {
  const { lifetime } = guest.context;
  const stream = new Response('hello').body ?? undefined;
  const request = guest.own(new IncomingRequest(HEAD, { stream, lifetime, options: {} }));
  for (const name of ['method', 'path-with-query', 'scheme', 'authority', 'headers', 'consume']) {
    await guest.call(`${TYPES}[method]incoming-request.${name}`, request);
  }
  const param = guest.own(new ResponseOutparam(() => undefined));
  const headers = await guest.call(`${TYPES}[constructor]fields`);
  await guest.attempt(`${TYPES}[method]response-outparam.send-informational`, param, 103, headers);
  const response = await guest.call(`${TYPES}[constructor]outgoing-response`, headers);
  await guest.call(`${TYPES}[static]response-outparam.set`, param, { tag: 'ok', val: response });
};

const HEAD = { method: 'GET', scheme: 'https', authority: 'origin.test', pathWithQuery: '/', headers: [] } as const;

type Got = { readonly val?: { readonly tag: string; readonly val: unknown } } | undefined;
