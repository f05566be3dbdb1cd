/** An HTTP exchange over a bare socket: its request is sent piece by piece, and what comes back is seen as it comes. */
import { connect, type Socket } from 'node:net';

export interface RawExchange {
  /** Sends a piece of a chunked body. */
  send(text: string): void;
  /** Sends its end. */
  end(): void;
  /** Everything that came so far, each byte a character. */
  readonly received: string;
  /** Bytes that came so far; those that were not kept count too. */
  readonly receivedBytes: number;
  /** Takes nothing more from the socket, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends the connection with a reset. */
  reset(): void;
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
}

export interface RawHead {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body follows, in chunks. */
  readonly chunked?: boolean;
}

/** Kept of what came: enough for any head. */
const MAX_KEPT_CHARACTERS = 100_000;

export async function rawExchange(url: string, head: RawHead): Promise<RawExchange> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let received = '';
  let receivedBytes = 0;
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    receivedBytes += bytes.length;
    if (received.length < MAX_KEPT_CHARACTERS) received += bytes.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const headers = { host: hostname, ...(head.chunked ? { 'transfer-encoding': 'chunked' } : {}), ...head.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`${head.method} ${head.path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  return {
    send: (text) => void socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`),
    end: () => void socket.write('0\r\n\r\n'),
    get received() {
      return received;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    reset: () => void socket.resetAndDestroy(),
    closed,
  };
}
