/** All probes, by what they are about. An interface that is added needs one here, or docs/wasi.md cannot be made. */
import { cli, clocks, errors, random, streams } from './cli.ts';
import { config, logging } from './config.ts';
import type { Probe } from './evidence.ts';
import { filesystem } from './filesystem.ts';
import { fields, incoming, options, outgoingHandler, outgoingResponse } from './http.ts';
import { messaging } from './messaging.ts';
import { sockets } from './sockets.ts';
import { blobstore, keyvalue } from './stores.ts';

/** `topic` has a subscriber that replies. */
export function probesOf(topic: string): Readonly<Record<string, Probe>> {
  return {
    cli,
    clocks,
    random,
    streams,
    errors,
    filesystem,
    fields,
    options,
    outgoingResponse,
    outgoingHandler,
    incoming,
    sockets,
    config,
    logging,
    keyvalue,
    blobstore,
    messaging: messaging(topic),
  };
}
