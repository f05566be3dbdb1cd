/** A call over a bare socket, which a test can reset as a client that goes away does. */
import { connect, type Socket } from 'node:net';

export interface RawCall {
  /** Ends the connection with a reset: no orderly end, as when the other machine is gone. */
  reset(): void;
  /** Whether the server has said anything. */
  readonly answered: boolean;
}

/** Sends `POST path` and waits for nothing. Without `body` the request has none. */
export async function rawCall(url: string, path: string, body?: string): Promise<RawCall> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let answered = false;
  socket.on('error', () => undefined);
  socket.on('data', () => {
    answered = true;
  });
  const head = [`POST ${path} HTTP/1.1`, `host: ${hostname}`, `content-length: ${body?.length ?? 0}`, '', ''];
  socket.write(head.join('\r\n') + (body ?? ''));
  return {
    reset: () => {
      socket.resetAndDestroy();
    },
    get answered() {
      return answered;
    },
  };
}
