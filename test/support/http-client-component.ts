/** A component that sends HTTP requests: through `fetch`, and through `wasi:http` by hand. */
import { starlingComponent, STARLING_WASI as V } from './componentize-0-19.ts';

const WORLD = `package test:client;
world client {
  import wasi:http/types@${V};
  import wasi:http/outgoing-handler@${V};
  import wasi:io/poll@${V};
  import wasi:io/streams@${V};
  import wasi:clocks/monotonic-clock@${V};
  /// What \`fetch\` came to: \`{status, body}\`, or \`{error}\`.
  export get: func(url: string) -> string;
  /// Runs steps by hand; see the source.
  export send: func(request: string) -> string;
}`;

const SOURCE = `
import { Fields, OutgoingRequest, OutgoingBody, RequestOptions, IncomingBody, httpErrorCode } from 'wasi:http/types@${V}';
import { handle } from 'wasi:http/outgoing-handler@${V}';
import { poll } from 'wasi:io/poll@${V}';
import { subscribeDuration } from 'wasi:clocks/monotonic-clock@${V}';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const json = (value) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each));
const dispose = (resource) => resource[Symbol.dispose ?? Symbol.for('dispose')]();

export async function get(url) {
  try {
    const response = await fetch(url);
    return json({ status: response.status, body: await response.text() });
  } catch (error) {
    return json({ error: String(error) });
  }
}

function attempt(run) {
  try {
    return { ok: run() };
  } catch (error) {
    if (error.payload === undefined && !('payload' in error)) throw error;
    return { err: error.payload };
  }
}

/** An error of a stream, with what http-error-code says of it. */
function streamError(error) {
  if (error.tag !== 'last-operation-failed') return error.tag;
  return { debug: error.val.toDebugString(), code: httpErrorCode(error.val) };
}

/** Writes all of it as the stream takes it; the lengths that it took. */
function write(stream, bytes, taken) {
  let at = 0;
  while (at < bytes.length) {
    const permit = Number(stream.checkWrite());
    if (permit === 0) {
      const room = stream.subscribe();
      room.block();
      dispose(room);
      continue;
    }
    const part = bytes.subarray(at, at + permit);
    stream.write(part);
    taken.push(part.length);
    at += part.length;
  }
}

/** Waits for a future's answer, or so many milliseconds. */
function await_(future, ms) {
  const pollables = [future.subscribe()];
  if (ms !== undefined) pollables.push(subscribeDuration(BigInt(ms) * 1000000n));
  poll(pollables);
  for (const pollable of pollables) dispose(pollable);
  return future.get();
}

function readAll(response, { stopAfter }) {
  const body = response.consume();
  const stream = body.stream();
  let text = '';
  let length = 0;
  let failure;
  for (;;) {
    const read = attempt(() => stream.blockingRead(65536n));
    if (read.err !== undefined) {
      failure = streamError(read.err);
      break;
    }
    length += read.ok.length;
    if (text.length < 10000) text += decoder.decode(read.ok);
    if (stopAfter !== undefined && length >= stopAfter) break;
  }
  dispose(stream);
  const trailers = IncomingBody.finish(body);
  const known = trailers.get();
  return { text, length, failure, trailers: known.val };
}

function fill(length) {
  return new Uint8Array(length).fill(120);
}

export function send(text) {
  const asked = JSON.parse(text);
  const out = {};
  if (asked.earlier !== undefined) out.earlier = asked.earlier.map((each) => JSON.parse(send(json(each))));
  const headers = new Fields();
  for (const [name, value] of asked.headers ?? []) {
    const added = attempt(() => headers.append(name, encoder.encode(value)));
    if (added.err !== undefined) return json({ header: added.err });
  }
  const request = new OutgoingRequest(headers);
  if (asked.method !== undefined) request.setMethod(asked.method);
  request.setScheme({ tag: asked.scheme ?? 'HTTP' });
  if (attempt(() => request.setAuthority(asked.authority)).err === undefined && request.authority() !== asked.authority)
    return json({ authority: 'refused' });
  if (asked.path !== undefined) request.setPathWithQuery(asked.path);
  const options = new RequestOptions();
  if (asked.firstByteMs !== undefined) options.setFirstByteTimeout(BigInt(asked.firstByteMs) * 1000000n);
  if (asked.betweenBytesMs !== undefined) options.setBetweenBytesTimeout(BigInt(asked.betweenBytesMs) * 1000000n);
  const body = asked.body === undefined ? undefined : request.body();
  const handled = attempt(() => handle(request, options));
  if (handled.err !== undefined) return json({ handle: handled.err });
  const future = handled.ok;
  if (body !== undefined) {
    out.taken = [];
    const stream = body.write();
    for (const chunk of asked.body) {
      const bytes = typeof chunk === 'number' ? fill(chunk) : encoder.encode(chunk);
      const written = attempt(() => write(stream, bytes, out.taken));
      if (written.err !== undefined) {
        out.write = streamError(written.err);
        break;
      }
    }
    dispose(stream);
    if (asked.unfinished) dispose(body);
    else {
      let trailers;
      if (asked.trailers !== undefined) {
        trailers = new Fields();
        for (const [name, value] of asked.trailers) trailers.append(name, encoder.encode(value));
      }
      const finished = attempt(() => OutgoingBody.finish(body, trailers));
      if (finished.err !== undefined) out.finish = finished.err;
    }
  }
  if (asked.drop) {
    dispose(future);
    return json(out);
  }
  const answered = await_(future, asked.waitMs);
  if (answered === undefined) return json({ ...out, answered: false });
  if (asked.again) out.again = future.get();
  if (answered.val.tag === 'err') return json({ ...out, error: answered.val.val });
  const response = answered.val.val;
  out.status = response.status();
  out.headers = response.headers().entries().map(([name, value]) => [name, decoder.decode(value)]);
  if (asked.leave) return json(out);
  if (asked.holdMs !== undefined) {
    const held = subscribeDuration(BigInt(asked.holdMs) * 1000000n);
    held.block();
    dispose(held);
  }
  Object.assign(out, readAll(response, asked));
  return json(out);
}
`;

/** Takes some seconds the first time. */
export function httpClientComponent(): Promise<Uint8Array> {
  return starlingComponent(SOURCE, WORLD, { wasi: true });
}
