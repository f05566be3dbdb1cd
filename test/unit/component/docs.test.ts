/** Docs from the `package-docs` section end up on what they describe; anything malformed is ignored. */
import { describe, expect, it } from 'vitest';
import { decodeComponent } from '../../../src/component/decode/index.ts';
import type { World } from '../../../src/component/model.ts';
import { worldToWit } from '../../../src/component/wit-text.ts';
import { decoded, fromWit, interfaceOf, withCustomSection } from '../../support/component-fixtures.ts';
import { TEXT_TOOLS } from '../../support/wit-sources.ts';

const DOCS = {
  docs: 'The package.',
  worlds: {
    other: { docs: 'Another world.' },
    text: { docs: 'Text tools.', func_exports: { greet: { docs: '  Says hello.\u202e\r\nTwice.  ' } } },
  },
  interfaces: {
    tools: {
      docs: 'The tools.',
      funcs: { 'process-text': { docs: 'Changes text.' }, count: 'Counts (version 0).' },
      types: {
        options: { docs: 'How.', items: { times: 'How often.', unknown: 'x' } },
        mode: { items: { upper: 'LOUD.' } },
      },
    },
    unknown: { docs: 'x' },
  },
};

function section(version: number, json: string): Uint8Array {
  return Uint8Array.from([version, ...new TextEncoder().encode(json)]);
}

describe('package-docs', async () => {
  const component = await fromWit(TEXT_TOOLS);
  const withDocs = (content: Uint8Array) => withCustomSection(component, 'package-docs', content);
  const plain: World = decoded(component).world;

  it.each([0, 1])(
    'attaches docs of version %d to the world, interfaces, functions, types, fields and cases',
    (version) => {
      const { world, docsFailure } = decoded(withDocs(section(version, JSON.stringify(DOCS))));
      expect(docsFailure).toBeUndefined();
      expect(world.docs).toBe('Text tools.');
      const tools = interfaceOf(world, 'exports', 'demo:text/tools@0.1.0');
      expect(tools.docs).toBe('The tools.');
      const [process, count] = ['process-text', 'count'].map((name) =>
        tools.functions.find((func) => func.name === name),
      );
      expect(process?.docs).toBe('Changes text.');
      expect(count?.docs).toBe('Counts (version 0).');
      const options = {
        kind: 'record',
        fields: [
          { name: 'mode', type: { cases: [{ name: 'upper', docs: 'LOUD.' }, { name: 'lower' }] } },
          { name: 'times', docs: 'How often.' },
        ],
      };
      expect(tools.types.find(({ name }) => name === 'options')).toMatchObject({ docs: 'How.', type: options });
      expect(process?.params[1]?.type).toMatchObject(options);
      expect(world.exports).toContainEqual(
        expect.objectContaining({ function: expect.objectContaining({ name: 'greet', docs: 'Says hello.\nTwice.' }) }),
      );
    },
  );

  it('writes them into WIT that can be read again', async () => {
    const wit = worldToWit(decoded(withDocs(section(1, JSON.stringify(DOCS)))).world);
    expect(wit).toContain('    /// How often.\n');
    expect(decoded(await fromWit(wit)).world.exports).toHaveLength(plain.exports.length);
  });

  it.each([
    ['an unknown version', section(9, '{}'), /version/],
    ['nothing', new Uint8Array(), /version/],
    ['broken JSON', section(1, '{"docs":'), /JSON/],
    ['a JSON array', section(1, '[]'), /object/],
    ['JSON of 100,000 levels', section(1, '['.repeat(100_000)), /JSON/],
    ['invalid UTF-8', Uint8Array.of(1, 0xff, 0xfe), /JSON/],
    ['two MiB', section(1, `{"docs":"${'x'.repeat(2 * 1024 * 1024)}"}`), /bytes/],
  ])('ignores %s and says so', (_, content, reason) => {
    const result = decoded(withDocs(content));
    expect(result.docsFailure).toMatch(reason);
    expect(result.world).toEqual(plain);
  });

  it.each([
    '{"worlds":[],"interfaces":3,"docs":{}}',
    '{"worlds":{"text":null},"interfaces":{"tools":{"docs":1,"funcs":{"count":[]},"types":{"options":{"items":{"times":{}}}}}}}',
    '{"worlds":{"__proto__":{"docs":"x"}},"interfaces":{"constructor":{}}}',
  ])('passes over entries of the wrong kind in %s', (json) => {
    const result = decodeComponent(withDocs(section(1, json)));
    expect(result).toMatchObject({ ok: true });
  });
});
