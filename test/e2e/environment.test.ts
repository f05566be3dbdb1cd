/** What a component sees of its environment: the values of its policy, and nothing else. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentize } from 'componentize-qjs';
import { beforeAll, expect, inject, test } from 'vitest';
import { clientOf, errorOf, freshName } from '../support/edge-client.ts';

const client = clientOf(inject('edge'));

const WIT = `package demo:env;
world env {
  import wasi:cli/environment@0.2.3;
  export read: func() -> list<tuple<string, string>>;
}
package wasi:cli@0.2.3 {
  interface environment {
    get-environment: func() -> list<tuple<string, string>>;
  }
}`;

const SOURCE = `import { getEnvironment } from 'wasi:cli/environment@0.2.3';
export function read() { return getEnvironment(); }`;

let component: Uint8Array;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skerry-env-'));
  try {
    const witPath = join(folder, 'world.wit');
    await writeFile(witPath, WIT);
    component = (await componentize({ witPath, jsSource: SOURCE, sync: true })).component;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a component sees the values of its policy, of each call anew, and none that is denied', async () => {
  const name = freshName('env');
  const policy = `version: "1.0"
permissions:
  environment:
    allow: [{key: MODE, value: fast}, {key: PLACE, value: "the edge"}, {key: HIDDEN, value: secret}, {key: UNSET}]
    deny: [{key: HIDDEN}]
`;
  expect((await client.upload(name, component, { policy })).status).toBe(201);
  expect((await client.call(name, 'read', {})).json).toEqual({
    result: [
      ['MODE', 'fast'],
      ['PLACE', 'the edge'],
    ],
  });
  const slow = policy.replace('value: fast', 'value: slow');
  expect((await client.request('PUT', `/v1/components/${name}/policy`, { body: slow })).status).toBe(200);
  expect((await client.call(name, 'read', {})).text).toContain('slow');
  expect((await client.request('DELETE', `/v1/components/${name}/policy`)).status).toBe(200);
  expect((await client.call(name, 'read', {})).json).toEqual({ result: [] });
});

test('a policy cannot give what belongs to the platform', async () => {
  const policy = 'version: "1.0"\npermissions:\n  environment:\n    allow: [{key: SKERRY_TOKEN, value: x}]\n';
  const refused = await client.upload(freshName('env'), component, { policy });
  expect(errorOf(refused)).toMatchObject({ status: 422, error_code: 'POLICY_INVALID', details: { line: '4' } });
});
