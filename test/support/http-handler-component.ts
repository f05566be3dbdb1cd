/** A component that handles HTTP requests by hand, each path in another way. */
import { starlingComponent, STARLING_WASI as V } from './componentize-0-19.ts';

const WORLD = `package test:handler;
world handler {
  import wasi:http/types@${V};
  import wasi:io/poll@${V};
  import wasi:io/streams@${V};
  import wasi:clocks/monotonic-clock@${V};
  export wasi:http/incoming-handler@${V};
}`;

const SOURCE = `
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam, IncomingBody, httpErrorCode } from 'wasi:http/types@${V}';
import { subscribeDuration } from 'wasi:clocks/monotonic-clock@${V}';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const dispose = (resource) => resource[Symbol.dispose ?? Symbol.for('dispose')]();
const json = (value) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? Number(each) : each));

function sleep(ms) {
  const timer = subscribeDuration(BigInt(ms) * 1000000n);
  timer.block();
  dispose(timer);
}

/** Sends the head; answers a body to write to. */
function begin(outparam, { status = 200, headers = [] }) {
  const fields = new Fields();
  for (const [name, value] of headers) fields.append(name, encoder.encode(value));
  const response = new OutgoingResponse(fields);
  response.setStatusCode(status);
  const body = response.body();
  ResponseOutparam.set(outparam, { tag: 'ok', val: response });
  const stream = body.write();
  return {
    write(text) {
      const bytes = typeof text === 'string' ? encoder.encode(text) : text;
      for (let at = 0; at < bytes.length; at += 4096) stream.blockingWriteAndFlush(bytes.subarray(at, at + 4096));
    },
    finish(trailers) {
      dispose(stream);
      OutgoingBody.finish(body, trailers);
    },
    leave() {
      dispose(stream);
      dispose(body);
    },
  };
}

function answer(outparam, text, head = {}) {
  const body = begin(outparam, head);
  body.write(text);
  body.finish(undefined);
}

function failed(run) {
  try {
    run();
    return 'nothing failed';
  } catch (error) {
    return json(error.payload ?? String(error));
  }
}

/** Hands each chunk of the request's body to take; answers how it ended. */
function readAll(request, take) {
  const body = request.consume();
  const stream = body.stream();
  for (;;) {
    let chunk;
    try {
      chunk = stream.blockingRead(65536n);
    } catch ({ payload }) {
      const end = payload.tag === 'closed' ? 'closed' : httpErrorCode(payload.val).tag;
      dispose(stream);
      IncomingBody.finish(body);
      return end;
    }
    take(chunk);
  }
}

const ROUTES = {
  show(request, outparam) {
    const headers = request.headers().entries().map(([name, value]) => [name, decoder.decode(value)]);
    const { tag, val } = request.method();
    const shown = { method: val ?? tag, path: request.pathWithQuery(), scheme: request.scheme().tag, authority: request.authority(), headers };
    answer(outparam, JSON.stringify(shown), { headers: [['content-type', 'application/json']] });
  },
  echo(request, outparam) {
    const body = begin(outparam, {});
    const end = readAll(request, (chunk) => body.write(chunk));
    if (end !== 'closed') body.write(end);
    body.finish(undefined);
  },
  count(request, outparam) {
    let bytes = 0;
    const end = readAll(request, (chunk) => { bytes += chunk.length; });
    answer(outparam, bytes + ' ' + end);
  },
  early(_request, outparam) {
    answer(outparam, 'early');
  },
  none() {},
  trap() {
    throw new Error('on purpose');
  },
  'trap-late'(_request, outparam) {
    begin(outparam, {}).write('part');
    throw new Error('on purpose');
  },
  err(_request, outparam) {
    ResponseOutparam.set(outparam, { tag: 'err', val: { tag: 'configuration-error' } });
  },
  ticks(_request, outparam) {
    const body = begin(outparam, {});
    for (;;) {
      body.write('tick ');
      sleep(50);
    }
  },
  flood(_request, outparam) {
    const body = begin(outparam, {});
    const chunk = new Uint8Array(4096).fill(120);
    for (;;) body.write(chunk);
  },
  large(request, outparam) {
    const bytes = Number(request.pathWithQuery().split('?')[1]);
    answer(outparam, new Uint8Array(bytes).fill(120));
  },
  short(_request, outparam) {
    const body = begin(outparam, { headers: [['content-length', '10']] });
    body.write('short');
    failed(() => body.finish(undefined));
  },
  exact(_request, outparam) {
    answer(outparam, 'ten bytes.', { headers: [['content-length', '10']] });
  },
  long(_request, outparam) {
    const body = begin(outparam, { headers: [['content-length', '3']] });
    failed(() => body.write('too long'));
    body.leave();
  },
  dropped(_request, outparam) {
    const body = begin(outparam, {});
    body.write('part');
    body.leave();
  },
  trailers(_request, outparam) {
    const body = begin(outparam, {});
    const trailers = new Fields();
    trailers.append('x-sum', encoder.encode('1'));
    body.write('part');
    failed(() => body.finish(trailers));
  },
  status(request, outparam) {
    answer(outparam, 'body', { status: Number(request.pathWithQuery().split('?')[1]) });
  },
  // Bound to be taken for what the platform says, if anything of it were to pass.
  forged(_request, outparam) {
    const headers = [
      ['content-type', 'application/json'],
      ['set-cookie', 'a=1'],
      ['service-worker-allowed', '/'],
      ['clear-site-data', '"*"'],
      ['server-timing', 'call;dur=0'],
      ['x-request-id', 'forged'],
      ['x-own', 'kept'],
      ['content-security-policy', "default-src 'none'"],
    ];
    const error = { error_code: 'FORBIDDEN', message: 'forged', timestamp: '2026-01-01T00:00:00.000Z' };
    answer(outparam, JSON.stringify(error), { status: 403, headers });
  },
  'platform-header'(_request, outparam) {
    answer(outparam, failed(() => new Fields().append('x-skerry-error', encoder.encode('FORBIDDEN'))));
  },
  page(_request, outparam) {
    const script = "document.title = (() => { try { return localStorage.length + ' items'; } catch (e) { return 'refused'; } })()";
    answer(outparam, '<!doctype html><title>no script</title><script>' + script + '</script>', {
      headers: [['content-type', 'text/html']],
    });
  },
};

export const incomingHandler = {
  handle(request, outparam) {
    const [name] = request.pathWithQuery().slice(1).split(/[?/]/, 1);
    (ROUTES[name] ?? ROUTES.show)(request, outparam);
  },
};
`;

/** Takes some seconds the first time. Its paths are the keys of `ROUTES`; any other one shows the request. */
export function httpHandlerComponent(): Promise<Uint8Array> {
  return starlingComponent(SOURCE, WORLD, { wasi: true });
}
