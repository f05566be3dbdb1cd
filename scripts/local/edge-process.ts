/**
 * The process around one local edge: runs the Worker in workerd through wrangler, alone in its process group, and ends
 * the whole group when its parent is gone, however the parent ended. Started by `edge.ts`; it speaks over IPC only, so
 * that no token record shows up in a list of processes.
 */
import { unstable_startWorker } from 'wrangler';
import type { EdgeCommand, EdgeEvent } from './edge.ts';

const tell = (event: EdgeEvent): void => {
  process.send?.(event);
};

function endGroup(): never {
  // workerd processes are in this group: nothing outlives the parent and nothing keeps its port.
  process.kill(-process.pid, 'SIGKILL');
  process.exit(1);
}

async function run(command: EdgeCommand): Promise<void> {
  const worker = await unstable_startWorker({
    config: command.config,
    // Whoever starts an edge has built what it loads; an empty command skips wrangler's own run of the build.
    build: { custom: { command: '' } },
    bindings: {
      ...Object.fromEntries(
        Object.entries(command.vars).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
      ),
      ...Object.fromEntries(
        Object.entries(command.secrets).map(([name, value]) => [name, { type: 'secret_text' as const, value }]),
      ),
    },
    dev: {
      server: { hostname: command.host, port: command.port },
      inspector: false,
      watch: false,
      persist: command.stateDir,
      logLevel: command.logLevel,
      inferOriginFromRoutes: false,
    },
  });
  const reloaded = new Promise<Reloaded>((resolve) => worker.raw.once('reloadComplete', resolve));
  process.once('SIGTERM', () => {
    worker.dispose().finally(endGroup);
  });
  await worker.ready;
  const { hostname, port } = (await reloaded).proxyData.userWorkerUrl;
  tell({ kind: 'ready', url: (await worker.url).origin, workerUrl: `http://${hostname}:${port}` });
}

/** What wrangler tells of a Worker that it has started: where it is, behind wrangler's own proxy. */
interface Reloaded {
  readonly proxyData: { readonly userWorkerUrl: { readonly hostname: string; readonly port: string } };
}

process.once('disconnect', endGroup);
// Ctrl-C in a terminal reaches every process there; the parent decides when this one ends.
process.on('SIGINT', () => {});
process.once('message', (command) => {
  // The parent is our own code: the message is an `EdgeCommand`.
  run(command as EdgeCommand).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
    endGroup();
  });
});
