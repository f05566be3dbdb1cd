/** `npm start` as a command: wrong usage and a taken port end it before anything is started. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, LOOPBACK } from '../../scripts/local/ports.ts';
import { run } from '../../scripts/local/run.ts';

const start = (...args: string[]) => run(process.execPath, ['scripts/start.ts', ...args]);

test.each([['--bogus'], ['--port', 'abc'], ['--port', '0'], ['--port', '65536'], ['--port'], ['extra']])(
  'wrong usage (%s %s) ends with 2 and shows the usage',
  async (...args) => {
    const { code, output } = await start(...args.filter((arg) => typeof arg === 'string'));
    expect(output).toContain('Usage: npm start');
    expect(code).toBe(2);
  },
);

test('a taken port ends with 1 and says which, before anything is built', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  try {
    const { code, output } = await start('--port', String(port));
    expect(output).toContain(`Port ${port} on ${LOOPBACK} is taken`);
    expect(output).not.toContain('build');
    expect(code).toBe(1);
  } finally {
    server.close();
  }
});
