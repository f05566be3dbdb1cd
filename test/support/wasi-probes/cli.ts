/** Probes of `wasi:cli`, `wasi:clocks`, `wasi:random` and `wasi:io`. */
import type { Probe } from './evidence.ts';
import { filesOf } from './filesystem.ts';

const INPUT = 'wasi:io/streams#[method]input-stream.';
const OUTPUT = 'wasi:io/streams#[method]output-stream.';
const ONE = new Uint8Array(1);

export const cli: Probe = async (guest) => {
  for (const name of ['get-environment', 'get-arguments', 'initial-cwd'])
    await guest.call(`wasi:cli/environment#${name}`);
  for (const name of ['stdin', 'stdout', 'stderr']) {
    await guest.call(`wasi:cli/${name}#get-${name}`);
    await guest.call(`wasi:cli/terminal-${name}#get-terminal-${name}`);
  }
  await guest.attempt('wasi:cli/exit#exit', { tag: 'ok' });
  await guest.attempt('wasi:cli/exit#exit-with-code', 3);
};

export const clocks: Probe = async (guest) => {
  for (const clock of ['monotonic', 'wall']) {
    for (const name of ['now', 'resolution']) await guest.call(`wasi:clocks/${clock}-clock#${name}`);
  }
  const when = { seconds: 0n, nanoseconds: 0 };
  await guest.call('wasi:clocks/timezone#display', when);
  await guest.call('wasi:clocks/timezone#utc-offset', when);
  await guest.call('wasi:clocks/monotonic-clock#subscribe-instant', 0n);
  const pollable = await guest.call('wasi:clocks/monotonic-clock#subscribe-duration', 1_000_000n);
  await guest.call('wasi:io/poll#[method]pollable.block', pollable);
  await guest.call('wasi:io/poll#[method]pollable.ready', pollable);
  await guest.call('wasi:io/poll#poll', [pollable]);
};

export const random: Probe = async (guest) => {
  await guest.call('wasi:random/random#get-random-bytes', 8n);
  await guest.call('wasi:random/random#get-random-u64');
  await guest.call('wasi:random/insecure#get-insecure-random-bytes', 8n);
  await guest.call('wasi:random/insecure#get-insecure-random-u64');
  await guest.call('wasi:random/insecure-seed#insecure-seed');
};

export const streams: Probe = async (guest) => {
  const input = await guest.call('wasi:cli/stdin#get-stdin');
  for (const name of ['read', 'blocking-read', 'skip', 'blocking-skip']) await guest.call(`${INPUT}${name}`, input, 1n);
  await guest.call(`${INPUT}subscribe`, input);
  const output = await guest.call('wasi:cli/stdout#get-stdout');
  await guest.call(`${OUTPUT}check-write`, output);
  await guest.call(`${OUTPUT}write`, output, ONE);
  await guest.call(`${OUTPUT}write-zeroes`, output, 1n);
  await guest.call(`${OUTPUT}flush`, output);
  await guest.call(`${OUTPUT}blocking-flush`, output);
  await guest.call(`${OUTPUT}subscribe`, output);
  await guest.call(`${OUTPUT}blocking-write-and-flush`, output, ONE);
  await guest.call(`${OUTPUT}blocking-write-zeroes-and-flush`, output, 1n);
  await guest.call(`${OUTPUT}splice`, output, input, 1n);
  await guest.call(`${OUTPUT}blocking-splice`, output, input, 1n);
};

/** The error of a stream, and what the interfaces tell of it: of a directory there is nothing to read. */
export const errors: Probe = async (guest) => {
  const { error } = await filesOf(guest);
  await guest.call('wasi:io/error#[method]error.to-debug-string', error);
  await guest.call('wasi:filesystem/types#filesystem-error-code', error);
  await guest.call('wasi:http/types#http-error-code', error);
};
