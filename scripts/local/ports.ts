/** Loopback TCP ports: is one free, and give me one. */
import { connect, createServer } from 'node:net';

export const LOOPBACK = '127.0.0.1';

const CONNECT_TIMEOUT_MS = 1_000;

/** True when nobody listens on the port, on loopback or on all addresses, and this user may. */
export async function isPortFree(port: number): Promise<boolean> {
  // A listener on 0.0.0.0 does not stop another one on 127.0.0.1 on every system, so both questions are asked.
  return !(await answers(port)) && (await listenOnce(port)) !== undefined;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error('No loopback port is free.');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port, timeout: CONNECT_TIMEOUT_MS });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      const taken = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => resolve(taken));
    });
  });
}
