/** `wasi:random`: all three interfaces draw from the platform's secure generator. */
import { MAX_RANDOM_BYTES } from '../limits.ts';
import { randomBytes } from '../platform.ts';
import { WasiTrap } from './failure.ts';

export const random = { getRandomBytes: bytes, getRandomU64: u64 };

export const insecureRandom = { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 };

export const insecureSeed = { insecureSeed: (): [bigint, bigint] => [u64(), u64()] };

function bytes(length: bigint): Uint8Array {
  if (length > BigInt(MAX_RANDOM_BYTES)) {
    throw new WasiTrap(`wasi:random: at most ${MAX_RANDOM_BYTES} bytes at once, asked for ${length}`);
  }
  return randomBytes(Number(length));
}

function u64(): bigint {
  return new DataView(randomBytes(8).buffer).getBigUint64(0);
}
