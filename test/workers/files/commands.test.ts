/** A command reads and writes files in workerd: in the memory of its call, and in its volume. */
import { describe, expect, it } from 'vitest';
import { deploy, run } from '../../support/command-client.ts';
import { freshName } from '../../support/gateway-client.ts';

const WORK = '{allow: [{uri: "fs://work/**", access: [read, write]}]}';

describe('a command', () => {
  it('has a /tmp that is empty in each call', async () => {
    const name = freshName();
    await deploy(name, 'files', '{}');
    for (let round = 0; round < 2; round += 1) {
      expect(await run(name)).toMatchObject({ exitCode: 0, stdout: 'x\n', stderr: '' });
    }
  });

  it('finds in its volume what calls before it wrote', async () => {
    const name = freshName();
    await deploy(name, 'files', WORK);
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ exitCode: 0, stdout: 'x\n' });
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ exitCode: 0, stdout: 'xx\n' });
  });

  it('has a volume of its own', async () => {
    const [one, other] = [freshName(), freshName()];
    await Promise.all([deploy(one, 'files', WORK), deploy(other, 'files', WORK)]);
    await run(one, { DIRECTORY: '/work' });
    expect(await run(other, { DIRECTORY: '/work' })).toMatchObject({ stdout: 'x\n' });
  });
});
