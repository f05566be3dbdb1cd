/** A call over a bare socket, which a test can reset as a client that goes away does. */
import { connect, type Socket } from 'node:net';

export interface RawCall {
  /** Ends the connection with a reset: no orderly end, as when the other machine is gone. */
  reset(): void;
  /** Whether the server has said anything. */
  readonly answered: boolean;
  /** What it has said so far, each byte a character. */
  readonly received: string;
}

/** Sends `POST path` and waits for nothing. Without `body` the request has none. */
export async function rawCall(
  url: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawCall> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let received = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1');
  });
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`POST ${path} HTTP/1.1`, `host: ${hostname}`, `content-length: ${body?.length ?? 0}`, ...more, '', ''];
  socket.write(head.join('\r\n') + (body ?? ''));
  return {
    reset: () => {
      socket.resetAndDestroy();
    },
    get answered() {
      return received !== '';
    },
    get received() {
      return received;
    },
  };
}
