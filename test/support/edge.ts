/** A local edge for tests and benchmarks: the built Worker on a free port, with tokens of every scope and its own state. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogLevel, launchEdge } from '../../scripts/local/edge.ts';
import { freePort } from '../../scripts/local/ports.ts';
import { makeToken, type Scope, tokenRecord } from '../../scripts/local/token.ts';

export interface EdgeSettings {
  readonly port?: number;
  /** Kept when given; a temporary folder that goes with `stop` when left out. */
  readonly stateDir?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** Tokens of an earlier edge with the same state. */
  readonly tokens?: Tokens;
  readonly logLevel?: LogLevel;
}

export type Tokens = Readonly<Record<Scope, string>>;

/** Where an edge is and how to get in: what tests are handed. */
export interface EdgeAddress {
  readonly url: string;
  /** The Worker without wrangler's proxy in front. */
  readonly workerUrl: string;
  /** The one with scope `admin`. */
  readonly token: string;
  readonly tokens: Tokens;
}

export interface TestEdge extends EdgeAddress {
  readonly stateDir: string;
  /** Settles when the edge has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** What it printed last. */
  output(): string;
  stop(): Promise<void>;
  /** SIGKILL to the whole process group, workerd included; the state stays. */
  kill(): Promise<void>;
}

const SCOPES: readonly Scope[] = ['read', 'invoke', 'deploy', 'admin'];

/** Starts an edge without any component in it. `dist/isolates` must have been built. */
export async function startEdge(settings: EdgeSettings = {}): Promise<TestEdge> {
  const stateDir = settings.stateDir ?? (await temporaryStateDir());
  const tokens = settings.tokens ?? {
    read: makeToken(),
    invoke: makeToken(),
    deploy: makeToken(),
    admin: makeToken(),
  };
  const edge = await launchEdge({
    port: settings.port ?? (await freePort()),
    stateDir,
    tokens: SCOPES.map((scope) => tokenRecord(scope, tokens[scope], [scope])),
    secretsKey: 'the key of edges that tests start; no other has it',
    vars: settings.vars ?? {},
    logLevel: settings.logLevel ?? 'warn',
  });
  return {
    url: edge.url,
    workerUrl: edge.workerUrl,
    token: tokens.admin,
    tokens,
    stateDir,
    exited: edge.exited,
    output: edge.output,
    kill: edge.kill,
    stop: async () => {
      await edge.stop();
      if (settings.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** A folder for the state of edges that are started one after another; whoever asked removes it. */
export function temporaryStateDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'skerry-edge-'));
}
