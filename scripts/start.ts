/** `npm start`: builds, starts the local edge, loads the examples, says how to call them, and stays until interrupted. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { buildExamples, EXAMPLE_NAMES, type Example } from './examples.ts';
import { type Edge, EdgeFailure, launchEdge } from './local/edge.ts';
import { loadExample, waitFor } from './local/load-examples.ts';
import { parseStartOptions, type StartOptions, USAGE } from './local/options.ts';
import { CONNECTION_FILE, LOCAL_LOG, LOCAL_SECRETS_KEY, LOCAL_STATE, LOCAL_TOKEN } from './local/paths.ts';
import { isPortFree, LOOPBACK } from './local/ports.ts';
import { seconds, step } from './local/progress.ts';
import { runScript } from './local/run.ts';
import { keepSecretsKey, keepToken, tokenRecord } from './local/token.ts';

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const MIN_NODE_MAJOR = 24;
const HEALTH_TIMEOUT_MS = 30_000;
const READY_TIMEOUT_MS = 30_000;
const PARENT_POLL_MS = 500;

/** Something the reader can put right; shown without a stack. */
class StartFailure extends Error {}

async function main(): Promise<void> {
  const parsed = parseStartOptions(process.argv.slice(2));
  if (parsed.kind === 'help') return console.log(USAGE);
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.message}\n\n${USAGE}`);
    process.exit(EXIT.usage);
  }
  const interrupted = interruption();
  let edge: Edge | undefined;
  const run = start(parsed.options, interrupted, (started) => {
    edge = started;
  });
  try {
    await Promise.race([run, untilAborted(interrupted)]);
  } catch (error) {
    if (!interrupted.aborted) await fail(error, edge);
  }
  await edge?.stop();
  console.log('\nStopped.');
  process.exit(EXIT.ok);
}

/** Settles only by failing: a started edge runs until it ends by itself, which is a failure, or is interrupted. */
async function start(options: StartOptions, signal: AbortSignal, keep: (edge: Edge) => void): Promise<never> {
  const began = performance.now();
  await check(options);
  console.log('Starting Skerry');
  if (options.fresh) await step('forgetting earlier state', () => rm(LOCAL_STATE, { recursive: true, force: true }));
  const { examples } = await step('examples', buildExamples);
  await step('build', () => runScript('scripts/build.ts', signal));
  const token = await keepToken(LOCAL_TOKEN);
  const secretsKey = await keepSecretsKey(LOCAL_SECRETS_KEY);
  signal.throwIfAborted();
  const edge = await step('local edge', async () => {
    const launched = await launchEdge({
      port: options.port,
      stateDir: LOCAL_STATE,
      tokens: [tokenRecord('local', token, ['admin'])],
      secretsKey,
      vars: { SKERRY_EXPECT: EXAMPLE_NAMES.join(',') },
      logFile: LOCAL_LOG,
    });
    keep(launched);
    await waitFor(`${launched.url}/healthz`, HEALTH_TIMEOUT_MS);
    return launched;
  });
  const load = async (item: Example) => step(`loading ${item.name}`, () => loadExample(edge.url, token, item));
  for (const item of examples) await load(item);
  await step('ready', () => waitFor(`${edge.url}/readyz`, READY_TIMEOUT_MS));
  await writeConnection(edge.url, token);
  console.log(welcome(edge.url, token, performance.now() - began));
  await edge.exited;
  throw new EdgeFailure('The local edge ended by itself.', edge.output());
}

async function check({ port }: StartOptions): Promise<void> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_NODE_MAJOR) {
    throw new StartFailure(
      `Node ${MIN_NODE_MAJOR} is needed, this is ${process.versions.node}: run "npm install", then "npm start".`,
    );
  }
  if (!(await isPortFree(port))) {
    throw new StartFailure(
      `Port ${port} on ${LOOPBACK} is taken by another program. Stop it, or choose another port: npm start -- --port ${port === 65_535 ? port - 1 : port + 1}`,
    );
  }
}

/** Other programs of this user read it; nobody else may. */
async function writeConnection(url: string, token: string): Promise<void> {
  const temporary = `${CONNECTION_FILE}.new`;
  await rm(temporary, { force: true });
  await writeFile(temporary, `${JSON.stringify({ url, token }, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, CONNECTION_FILE);
}

function welcome(url: string, token: string, tookMs: number): string {
  return `
Skerry is ready after ${seconds(tookMs)}.

  URL    ${url}
  token  ${token}

Call a component:

  curl -s ${url}/call/hello/greet -H 'content-type: application/json' -d '{"name":"world"}'

Ctrl-C stops it; what you deploy stays for the next start.`;
}

async function fail(error: unknown, edge: Edge | undefined): Promise<never> {
  if (error instanceof EdgeFailure) {
    console.error(`\n${error.message} It printed last:\n\n${error.output.trimEnd() || '(nothing)'}`);
  } else {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    const output = edge?.output().trimEnd() ?? '';
    if (output !== '') console.error(`\nThe local edge printed last:\n\n${output}`);
  }
  await edge?.stop();
  process.exit(EXIT.failed);
}

/** Fires on SIGINT, SIGTERM or SIGHUP, and when npm, which started us, is gone without having passed a signal on. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, abort);
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && abort(), PARENT_POLL_MS).unref();
  }
  return controller.signal;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

await main();
