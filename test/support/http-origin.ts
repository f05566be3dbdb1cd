/** A host for components to send requests to: one port of loopback, and a behaviour per path. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface HttpOrigin {
  /** `127.0.0.1:port`. */
  readonly authority: string;
  readonly port: number;
  /** Paths of the requests that came, in order. */
  readonly seen: readonly string[];
  /** Paths of the requests whose connection ended before they were read or answered in full. */
  readonly broken: readonly string[];
  stop(): Promise<void>;
}

/** What `/echo` answers. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  /** Name and value by turns, as they came. */
  readonly rawHeaders: readonly string[];
  readonly length: number;
  readonly start: string;
}

const PIECE = Buffer.alloc(16_384, 'x');

/** `more` are behaviours of this one alone. */
export async function startOrigin(more: Readonly<Record<string, Behaviour>> = {}): Promise<HttpOrigin> {
  const seen: string[] = [];
  const broken: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://origin.test');
    seen.push(url.pathname);
    response.on('close', () => {
      if (!response.writableFinished || !request.complete) broken.push(url.pathname);
    });
    const behave = more[url.pathname] ?? BEHAVIOURS[url.pathname] ?? missing;
    behave(request, response, url.searchParams);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port of TCP
  return { authority: `127.0.0.1:${port}`, port, seen, broken, stop: () => stop(server) };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

const missing: Behaviour = (_, response) => {
  response.writeHead(404).end();
};

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  '/echo': (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      const { method = '', url = '', rawHeaders } = request;
      const echo: Echo = { method, url, rawHeaders, length: body.length, start: body.subarray(0, 100).toString() };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(echo));
    });
  },
  '/hello': (_, response) => {
    response.end('hello');
  },
  '/redirect': (_, response, query) => {
    response.writeHead(Number(query.get('status') ?? 302), { location: query.get('to') ?? '/' }).end('moved');
  },
  /** Never answers. */
  '/silent': () => undefined,
  /** The head and three bytes, and never the rest. */
  '/stalled': (_, response) => {
    response.writeHead(200);
    response.write('abc');
  },
  /** A head that says how much follows, three bytes of that at once, and the rest when the head was long there. */
  '/slow': (_, response) => {
    response.writeHead(200, { 'content-length': 6 });
    response.write('abc', () => setTimeout(() => response.end('def'), 100));
  },
  /** Fewer bytes than it says, and the connection is gone. */
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('abc', () => response.destroy());
  },
  /** The same without a length. */
  '/cut-chunked': (_, response) => {
    response.writeHead(200);
    response.write('abc', () => response.destroy());
  },
  /** Bytes without an end. */
  '/endless': (_, response) => {
    const write = () => {
      while (!response.destroyed && response.write(PIECE));
    };
    response.on('drain', write);
    write();
  },
  '/large': (_, response, query) => {
    const bytes = Number(query.get('bytes'));
    response.writeHead(200, { 'content-length': bytes });
    let left = bytes;
    const write = () => {
      while (left > 0) {
        const piece = PIECE.subarray(0, left);
        left -= piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on('drain', write);
    write();
  },
  '/cookies': (_, response) => {
    response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], 'x-twice': ['1', '2'] }).end();
  },
  '/gzip': (_, response) => {
    const bytes = gzipSync('unpacked');
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes);
  },
  '/unauthorised': (_, response) => {
    response.writeHead(401, { 'x-skerry-error': 'FORGED' }).end('no');
  },
};
