/** A server that runs as a process of its own, with all the processes that it starts. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from '../../scripts/local/ports.ts';

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** Runs `node ARGS`, which is to listen on `port`; resolves when it answers a connection. */
export async function startServer(args: readonly string[], port: number): Promise<Server> {
  // A group of its own, for `jco serve` starts another process; it ends with `stop`, at the latest with us.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      if (!stopping) console.error(`${args.join(' ')} has ended:\n${complaints}`);
      resolve();
    });
  });
  const kill = () => {
    stopping = true;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  };
  const interrupted = () => process.exit(130);
  process.once('exit', kill).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const server: Server = {
    url: `http://${LOOPBACK}:${port}`,
    stop: async () => {
      process.off('exit', kill).off('SIGINT', interrupted).off('SIGTERM', interrupted);
      kill();
      await ended;
    },
  };
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(server.url))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await server.stop();
      throw new Error(`${args.join(' ')} does not listen`);
    }
    await sleep(POLL_MS);
  }
  return server;
}

/** Any answer counts: what is asked for may make no sense to the server. */
function answers(url: string): Promise<boolean> {
  return fetch(`${url}/?a=1&b=1`, { method: 'POST', body: '{"a":1,"b":1,"name":"first"}' }).then(
    () => true,
    () => false,
  );
}
