/**
 * Extism behind node:http: every request gets a plugin of its own from a module that is compiled once. The host parses
 * and prints the JSON, as in /call. `node extism-server.ts PORT`.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createPlugin } from '@extism/extism';
import { assemble } from '../../scripts/local/componentize.ts';
import { LOOPBACK } from '../../scripts/local/ports.ts';
import { compile } from '../../test/support/build-fixtures.ts';

const source = await readFile(join(import.meta.dirname, 'adder-extism.wat'), 'utf8');
const manifest = { wasm: [{ module: compile(await assemble(source)) }] };

async function add(body: string): Promise<string> {
  const { a, b } = JSON.parse(body) as { a: number; b: number }; // the benchmark sends nothing else
  const plugin = await createPlugin(manifest);
  try {
    const output = await plugin.call('add', new Uint8Array(Uint32Array.of(a, b).buffer));
    if (output === null) throw new Error('the plugin gave no output');
    return JSON.stringify({ result: new DataView(output.arrayBuffer()).getUint32(0, true) });
  } finally {
    await plugin.close();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

createServer(async (request, response) => {
  const json = await add(await textOf(request));
  response.writeHead(200, { 'content-type': 'application/json' }).end(json);
}).listen(Number(process.argv[2]), LOOPBACK);
