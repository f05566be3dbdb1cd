/**
 * Secrets at rest: AES-256-GCM under a key that HKDF (RFC 5869) makes of the Worker's secret `SECRETS_KEY`, one per component. What is
 * sealed for one key of one component opens for no other, and not for a later component of the same name.
 */
import { decodeBase64, encodeBase64 } from '../../component/codec/base64.ts';
import { type Failure, failure } from '../../core/errors.ts';
import { err, ok, type Result } from '../../core/result.ts';

/** A secret as it is stored and sent: base64 of the nonce and of the ciphertext with its tag. */
export interface SealedSecret {
  readonly key: string;
  readonly nonce: string;
  readonly sealed: string;
}

/** Whose secret it is; `incarnation` counts how often the name was given to a new component. */
export interface SecretOwner {
  readonly component: string;
  readonly incarnation: number;
}

/** Fewer characters could be guessed: `openssl rand -base64 32` makes 44. */
const MIN_KEY_CHARACTERS = 32;

/** Bytes of a nonce, as GCM wants them; random, so that two of 2^32 are equal with a chance of 2^-33. */
const NONCE_BYTES = 12;

const SALT = new TextEncoder().encode('skerry secrets 1');

export class SecretBox {
  readonly #material: Promise<CryptoKey>;

  private constructor(secret: string) {
    const bytes = new TextEncoder().encode(secret);
    this.#material = crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  }

  /** `PROVIDER_UNAVAILABLE` without a usable key, with what to do about it. */
  static of(secret: string | undefined): Result<SecretBox, Failure> {
    const wrong =
      secret === undefined || secret === '' ? 'has no' : secret.length < MIN_KEY_CHARACTERS ? 'is' : undefined;
    if (secret !== undefined && wrong === undefined) return ok(new SecretBox(secret));
    const what =
      wrong === 'is' ? 'the secret SECRETS_KEY of this Worker is too short' : 'this Worker has no secret SECRETS_KEY';
    const how = `set one of at least ${MIN_KEY_CHARACTERS} random characters: openssl rand -base64 32 | npx wrangler secret put SECRETS_KEY`;
    return err(failure('PROVIDER_UNAVAILABLE', `${what}, so it can keep no secrets; ${how}`));
  }

  async seal(owner: SecretOwner, key: string, value: string): Promise<SealedSecret> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const bytes = new TextEncoder().encode(value);
    const sealed = await crypto.subtle.encrypt(parameters(owner, key, nonce), await this.#keyOf(owner), bytes);
    return { key, nonce: encodeBase64(nonce), sealed: encodeBase64(new Uint8Array(sealed)) };
  }

  /** Undefined for what this key, owner and name do not open, whatever the reason. */
  async open(owner: SecretOwner, { key, nonce, sealed }: SealedSecret): Promise<string | undefined> {
    const [nonceBytes, bytes] = [decodeBase64(nonce), decodeBase64(sealed)];
    if (nonceBytes?.length !== NONCE_BYTES || bytes === undefined) return undefined;
    try {
      const opened = await crypto.subtle.decrypt(parameters(owner, key, nonceBytes), await this.#keyOf(owner), bytes);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(opened);
    } catch {
      return undefined;
    }
  }

  async #keyOf({ component }: SecretOwner): Promise<CryptoKey> {
    const derivation = { name: 'HKDF', hash: 'SHA-256', salt: SALT, info: new TextEncoder().encode(component) };
    const cipher = { name: 'AES-GCM', length: 256 };
    return crypto.subtle.deriveKey(derivation, await this.#material, cipher, false, ['encrypt', 'decrypt']);
  }
}

function parameters({ component, incarnation }: SecretOwner, key: string, nonce: Uint8Array) {
  const additionalData = new TextEncoder().encode(JSON.stringify([component, incarnation, key]));
  return { name: 'AES-GCM', iv: nonce, additionalData };
}
