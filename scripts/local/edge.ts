/** Starts a local edge: the Worker of this checkout in workerd, on one loopback port, as a group of processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIST, ROOT, WRANGLER_CONFIG } from './paths.ts';
import { isPortFree, LOOPBACK } from './ports.ts';
import type { TokenRecord } from './token.ts';

export interface EdgeOptions {
  readonly port: number;
  /** Where KV, R2 and objects are kept. */
  readonly stateDir: string;
  readonly tokens: readonly TokenRecord[];
  /** The Worker's secret `SECRETS_KEY`; without it components can have no secrets. */
  readonly secretsKey?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** Wrangler's configuration; the checkout's own when left out. */
  readonly config?: string;
  /** File that takes everything the edge prints. */
  readonly logFile?: string;
  readonly logLevel?: LogLevel;
}

export type LogLevel = 'none' | 'error' | 'warn' | 'info' | 'log' | 'debug';

export interface Edge {
  readonly url: string;
  /** The Worker without wrangler's proxy in front, which keeps it from noticing that a client went away. */
  readonly workerUrl: string;
  /** Settles when the edge has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** The last lines that the edge printed. */
  output(): string;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** SIGKILL to every process of it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** What the edge process is told to run. */
export interface EdgeCommand {
  readonly config: string;
  readonly host: string;
  readonly port: number;
  readonly stateDir: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly logLevel: LogLevel;
}

export interface EdgeEvent {
  readonly kind: 'ready';
  readonly url: string;
  readonly workerUrl: string;
}

/** The edge ended before it was ready; `output` is what it printed last. */
export class EdgeFailure extends Error {
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

const KEPT_OUTPUT_CHARACTERS = 16_000;
const STOP_TIMEOUT_MS = 5_000;
const PORT_RELEASE_TIMEOUT_MS = 5_000;
const POLL_MS = 20;

/** No reports, no update check, no request for a location, no registry or log outside the checkout. */
const QUIET = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_LOG_PATH: `${DIST}/wrangler-logs`,
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  NO_UPDATE_NOTIFIER: '1',
};

/** Starts an edge and waits until its port answers. Its artifacts must have been built. */
export async function launchEdge(options: EdgeOptions): Promise<Edge> {
  await mkdir(options.stateDir, { recursive: true });
  const log = await openLog(options.logFile);
  const child = fork(fileURLToPath(new URL('./edge-process.ts', import.meta.url).href), [], {
    cwd: ROOT,
    detached: true,
    execArgv: ['--no-warnings'],
    env: { ...process.env, ...QUIET },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = collectOutput(child, log);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      // Its workerd processes would go on without it, and keep the port.
      killGroup(child.pid);
      resolve();
    });
  });
  const command: EdgeCommand = {
    config: options.config ?? WRANGLER_CONFIG,
    host: LOOPBACK,
    port: options.port,
    stateDir: options.stateDir,
    vars: options.vars ?? {},
    secrets: {
      TOKENS: JSON.stringify(options.tokens),
      ...(options.secretsKey === undefined ? {} : { SECRETS_KEY: options.secretsKey }),
    },
    logLevel: options.logLevel ?? 'info',
  };
  child.send(command);
  const { url, workerUrl } = await readyEvent(child, output);
  const { pid } = child;
  return {
    url,
    workerUrl,
    exited,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(pid), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
      await portReleased(options.port);
    },
    kill: async () => {
      killGroup(pid);
      await exited;
      await portReleased(options.port);
    },
  };
}

async function openLog(path: string | undefined): Promise<WriteStream | undefined> {
  if (path === undefined) return undefined;
  await mkdir(dirname(path), { recursive: true });
  return createWriteStream(path, { mode: 0o600 });
}

function collectOutput(child: ChildProcess, log: WriteStream | undefined): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept = (kept + text).slice(-KEPT_OUTPUT_CHARACTERS);
      log?.write(text);
    });
  }
  return () => kept;
}

function readyEvent(child: ChildProcess, output: () => string): Promise<EdgeEvent> {
  return new Promise((resolve, reject) => {
    // A cast: the child is our own code and says nothing else.
    child.once('message', (event) => resolve(event as EdgeEvent));
    // `close`, not `exit`: only then has all output arrived.
    child.once('close', () => reject(new EdgeFailure('The local edge ended before it was ready.', output())));
    child.once('error', reject);
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the group is gone already.
  }
}

async function portReleased(port: number): Promise<void> {
  const deadline = Date.now() + PORT_RELEASE_TIMEOUT_MS;
  while (!(await isPortFree(port)) && Date.now() < deadline) await new Promise((next) => setTimeout(next, POLL_MS));
}
