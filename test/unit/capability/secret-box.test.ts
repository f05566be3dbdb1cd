/** Sealed secrets: what opens them, and that nothing else does. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../../src/capability/config/secret-box.ts';

function boxOf(secret: string): SecretBox {
  const box = SecretBox.of(secret);
  if (!box.ok) throw new Error(box.error.message);
  return box.value;
}

const box = boxOf('a key of at least thirty-two characters');
const owner = { component: 'shop', incarnation: 1 };

describe('a sealed secret', () => {
  it('P1: opens to what was sealed, whatever that is', async () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\ufeffx', 'x'.repeat(65_536)));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await box.open(owner, await box.seal(owner, 'API_KEY', text))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('shows nothing of the value, and never twice the same', async () => {
    const [one, other] = [await box.seal(owner, 'A', 'hunter2'), await box.seal(owner, 'A', 'hunter2')];
    expect(JSON.stringify(one)).not.toContain(btoa('hunter2').slice(0, 8));
    expect(one.sealed).not.toBe(other.sealed);
    expect(one.nonce).not.toBe(other.nonce);
  });

  it.each([
    ['another component', { component: 'shop2', incarnation: 1 }, {}],
    ['a later component of the name', { component: 'shop', incarnation: 2 }, {}],
    ['another key', owner, { key: 'B' }],
    ['another nonce', owner, { nonce: btoa('123456789012') }],
    ['a nonce of another length', owner, { nonce: '' }],
    ['what is no base64', owner, { sealed: '!' }],
    ['nothing', owner, { sealed: '' }],
  ])('does not open for %s', async (_, whose, change) => {
    const sealed = await box.seal(owner, 'A', 'hunter2');
    expect(await box.open(whose, { ...sealed, ...change })).toBeUndefined();
  });

  it('P2: does not open when a bit of it was turned', async () => {
    const sealed = await box.seal(owner, 'A', 'hunter2');
    const bytes = Uint8Array.from(atob(sealed.sealed), (character) => character.charCodeAt(0));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const turned = bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));
        expect(await box.open(owner, { ...sealed, sealed: btoa(String.fromCharCode(...turned)) })).toBeUndefined();
      }),
      { numRuns: 184 },
    );
  });

  it('does not open under another SECRETS_KEY', async () => {
    const sealed = await box.seal(owner, 'A', 'hunter2');
    expect(await boxOf('another key of thirty-two characters').open(owner, sealed)).toBeUndefined();
  });
});

it.each([undefined, '', 'too short'])(
  'there is no box with the SECRETS_KEY %j, and the failure says what to do',
  (secret) => {
    expect(SecretBox.of(secret)).toMatchObject({
      ok: false,
      error: { code: 'PROVIDER_UNAVAILABLE', message: expect.stringMatching(/wrangler secret put SECRETS_KEY/) },
    });
    expect(JSON.stringify(SecretBox.of(secret))).not.toContain('too short"');
  },
);
