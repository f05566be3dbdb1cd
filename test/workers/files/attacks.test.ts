/** Attempts to get at files that are not the component's own: each is refused, and recorded as a fact. */
import { describe, expect, it } from 'vitest';

import { allow, deploy, run } from '../../support/command-client.ts';
import { freshName, request } from '../../support/gateway-client.ts';
import { until } from '../../support/until.ts';

const WORK = '{uri: "fs://work/**", access: [read, write]}';
const SECRET = '{uri: "fs://work/secret/**", access: [read, write]}';

interface Denied {
  readonly type: string;
  readonly capability: string;
  readonly resource: string;
  readonly rule: string;
}

async function denials(name: string): Promise<readonly Denied[]> {
  const events = await request(`/v1/components/${name}/events?limit=500`);
  const { items } = await events.json<{ items: Denied[] }>();
  return items.filter(({ type }) => type === 'CapabilityDenied');
}

describe('a command that looks for files of others', () => {
  it('is refused each time, and each refusal is a fact with path and rule', async () => {
    const name = freshName();
    await deploy(name, 'attacks', `{allow: [${WORK}], deny: [${SECRET}]}`);
    const { stdout, stderr } = await run(name, {}, ['/work']);
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      '../other/file 63',
      '/etc/passwd 63',
      'in/../../other/file 63',
      '%2e%2e/other/file 44',
      '..\\other\\file 2',
      'in/\0/../file 28',
      'to-above 0',
      'up 63',
      'to-link 0',
      'chain 63',
      'to-root 63',
      'to-denied 0',
      'inside 2',
      'secret/file 2',
      'make-denied 2',
      'link-denied 2',
      'move-to-denied 2',
      'move-out 63',
    ]);
    let facts: readonly Denied[] = [];
    await until(async () => {
      facts = await denials(name);
      return facts.length >= 9;
    });
    const told = facts.map(({ capability, resource, rule }) => `${capability}: ${resource}: ${rule}`);
    const outside = 'it is outside of the directory it was sought in';
    expect(told).toEqual(
      expect.arrayContaining([
        `storage: read /other/file: ${outside}`,
        `storage: read /etc/passwd: ${outside}`,
        `storage: read /work/up: ${outside}`,
        'storage: read /work/..\\other\\file: nothing allows it',
        'storage: read /work/secret/file: permissions.storage.deny[0]',
        'storage: write /work/secret: permissions.storage.deny[0]',
        'storage: write /work/secret/file: permissions.storage.deny[0]',
      ]),
    );
  });

  it('does not find the volume without a rule, nor what a rule of another time let it write', async () => {
    const name = freshName();
    await deploy(name, 'files', `{allow: [${WORK}]}`);
    await run(name, { DIRECTORY: '/work' });
    await allow(name, '{}');
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ exitCode: 1, stderr: 'no directory /work\n' });
    await allow(name, '{allow: [{uri: "fs://work/**", access: [read]}]}');
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ exitCode: 1 });
    await allow(name, `{allow: [${WORK}]}`);
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ stdout: 'xx\n' });
  });
});

describe('a component that is removed', () => {
  it('keeps its files for one of the same name, unless it is purged', async () => {
    const name = freshName();
    const storage = `{allow: [${WORK}]}`;
    await deploy(name, 'files', storage);
    await run(name, { DIRECTORY: '/work' });
    expect((await request(`/v1/components/${name}`, { method: 'DELETE' })).status).toBe(204);
    await deploy(name, 'files', storage);
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ stdout: 'xx\n' });
    expect((await request(`/v1/components/${name}?purge=true`, { method: 'DELETE' })).status).toBe(204);
    await deploy(name, 'files', storage);
    expect(await run(name, { DIRECTORY: '/work' })).toMatchObject({ stdout: 'x\n' });
  });
});
