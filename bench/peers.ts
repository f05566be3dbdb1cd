/**
 * The platform's /call beside other ways to give every request a fresh instance on this machine: `jco serve` and Extism,
 * each a Node server of its own. Same client, same connections, same run; what the instances do is the same too.
 */
import { join } from 'node:path';
import { DIST, ROOT } from '../scripts/local/paths.ts';
import { freePort, LOOPBACK } from '../scripts/local/ports.ts';
import { CONNECTIONS } from './calls.ts';
import { SAMPLE_NAMES, SAMPLES, type SampleName, uploadSample } from './components.ts';
import type { BenchEdge } from './edge.ts';
import type { Target } from './load.ts';
import { table } from './numbers.ts';
import type { BenchOptions } from './options.ts';
import { type Server, startServer } from './peers/child.ts';
import { handlerComponent } from './peers/components.ts';
import { type Measured, measureInTurns } from './turns.ts';

interface PeerCase {
  readonly title: string;
  readonly target: Target;
  /** The value that the guest is to answer. */
  readonly result: unknown;
  /** What of the platform's it is compared with; undefined for what is no peer. */
  readonly against?: SampleName;
  /** Times that the platform answers as often, at least. */
  readonly goal?: number;
}

/** `edge` runs `platform` and `plain`. */
export async function measurePeers(edge: BenchEdge, { rounds, seconds }: BenchOptions): Promise<string> {
  for (const name of SAMPLE_NAMES) await uploadSample(edge.client, name);
  const servers: Server[] = [];
  try {
    const cases = [...ownCases(edge), ...(await peerCases(servers))];
    for (const each of cases) await checkAnswer(each);
    return report(await measureInTurns(cases, { connections: CONNECTIONS, rounds, seconds }));
  } finally {
    for (const server of servers) await server.stop();
  }
}

function ownCases(edge: BenchEdge): readonly PeerCase[] {
  const plain = { urls: [edge.url('plain')], body: SAMPLES.adder.body };
  return [
    { title: 'plain workerd', target: plain, result: SAMPLES.adder.result },
    ...SAMPLE_NAMES.map((name) => ({
      title: SAMPLES[name].path,
      target: { urls: [`${edge.url('platform')}${SAMPLES[name].path}`], body: SAMPLES[name].body },
      result: SAMPLES[name].result,
    })),
  ];
}

/** Starts the peers; `servers` gets each as soon as it runs. */
async function peerCases(servers: Server[]): Promise<readonly PeerCase[]> {
  const started = async (server: Promise<Server>): Promise<string> => {
    const { url, stop } = await server;
    servers.push({ url, stop });
    return url;
  };
  const adder = await started(jcoServe('adder'));
  const hello = await started(jcoServe('hello'));
  const starling = await started(jcoServe('starling'));
  const extism = await started(extismServer());
  const { body } = SAMPLES.adder;
  return [
    peer('jco serve, WAT', 'adder', { urls: [adder], body }, 6),
    peer('jco serve, WAT, arguments in the URL', 'adder', { urls: [`${adder}/?a=2&b=40`], body: '' }),
    peer('Extism, WAT', 'adder', { urls: [extism], body }),
    peer('jco serve, QuickJS', 'hello', { urls: [hello], body: SAMPLES.hello.body }),
    peer('jco serve, StarlingMonkey', 'starling', { urls: [starling], body: SAMPLES.starling.body }),
  ];
}

function peer(title: string, against: SampleName, target: Target, goal?: number): PeerCase {
  return { title, target, against, result: SAMPLES[against].result, ...(goal === undefined ? {} : { goal }) };
}

/** A peer that does something else would be compared for nothing. */
async function checkAnswer({ title, target: { urls, body }, result }: PeerCase): Promise<void> {
  const expected = JSON.stringify({ result });
  for (const url of urls) {
    const headers = { 'content-type': 'application/json' };
    const text = await (await fetch(url, { method: 'POST', headers, body })).text();
    if (text !== expected) throw new Error(`${title} answers ${text} instead of ${expected}`);
  }
}

async function jcoServe(name: SampleName): Promise<Server> {
  const port = await freePort();
  const jco = join(ROOT, 'node_modules/@bytecodealliance/jco/dist/jco.js');
  const server = ['--host', LOOPBACK, '--port', String(port), '--isolate-requests', 'instance'];
  // In a folder of its own it would leave that behind, for it does not end by itself.
  const folder = ['--jco-dir', join(DIST, 'bench', 'peers', name)];
  return startServer([jco, 'serve', await handlerComponent(name), ...server, ...folder], port);
}

async function extismServer(): Promise<Server> {
  const port = await freePort();
  return startServer([join(import.meta.dirname, 'peers/extism-server.ts'), String(port)], port);
}

function report(measured: readonly Measured<PeerCase>[]): string {
  const find = (title: string) => measured.find((each) => each.case.title === title);
  const baseline = find('plain workerd')?.perSecond ?? Number.NaN;
  return table([
    [`${CONNECTIONS} connections`, 'req/s', 'ratio to plain', 'CPU µs', '/call answers', 'goal', 'by CPU'],
    ...measured.map(({ case: { title, against, goal }, perSecond, cpuUs }) => {
      const call = against === undefined ? undefined : find(SAMPLES[against].path);
      return [
        title,
        perSecond.toFixed(0),
        (perSecond / baseline).toFixed(3),
        cpuUs?.toFixed(0) ?? '',
        call === undefined ? '' : `${(call.perSecond / perSecond).toFixed(1)} ×`,
        goal === undefined ? '' : `${goal} ×`,
        call?.cpuUs === undefined || cpuUs === undefined ? '' : `${(cpuUs / call.cpuUs).toFixed(1)} ×`,
      ];
    }),
  ]);
}
