/**
 * What Wassette's policy 1.0 (github.com/microsoft/policy-mcp, `schema/v1.json`, and the `policy` crate) has and Skerry
 * spells otherwise or does not have. `permissions.resources` is enforced: its memory and CPU join `resources.limits`,
 * the lower number counts. `runtime` (which container or engine runs the code) and `ipc` (pipes and sockets of a
 * host) are checked and have no effect: neither exists here, so neither can be granted. `resources.io` likewise.
 */

import * as z from 'zod';
import { err, ok } from '../core/result.ts';
import { STORAGE_ACCESS } from './document.ts';
import { readText, readWord } from './patterns.ts';
import { field, list, required, section, wordSet } from './schema-parts.ts';
import { type Reading, readBytes, readCount, readCpuMillis, shown } from './units.ts';

/** One page of WebAssembly memory, in bytes: with less, nothing instantiates. */
export const MIN_MEMORY_BYTES = 65_536;

const MIB = 1024 * 1024;

/** Memory in Wassette's section: a bare number counts megabytes. */
function readMegabytes(given: unknown): Reading<number> {
  if (typeof given === 'number' && Number.isInteger(given)) return readBytes(given * MIB, MIN_MEMORY_BYTES);
  return readBytes(given, MIN_MEMORY_BYTES);
}

/** CPU directly under `permissions.resources`: a percentage of one core. */
function readPercentage(given: unknown): Reading<number> {
  if (typeof given === 'number' && given > 0 && given <= 100) return ok(Math.max(1, Math.round(given * 10)));
  return err(`${shown(given)} is not a CPU percentage: write a number above 0 and at most 100`);
}

/** `permissions.resources`: Kubernetes style under `limits`, plain numbers (percent, MB, IOPS) beside it. */
export const resourcesSchema = section({
  limits: section({ cpu: field(readCpuMillis), memory: field(readMegabytes) }).optional(),
  cpu: field(readPercentage),
  memory: field(readMegabytes),
  io: field(readCount(0)),
});

/** `permissions.ipc`. */
export const ipcSchema = section({
  allow: list(section({ uri: required(readText) })),
  deny: list(section({ uri: required(readText) })),
});

const flag = field(readFlag);
const dockerCapabilities = list(required(readWord(['ALL', 'NET_BIND_SERVICE', 'SYS_ADMIN', 'SYS_TIME'])));

const dockerSchema = section({
  security: section({
    privileged: flag,
    no_new_privileges: flag,
    capabilities: section({ drop: dockerCapabilities, add: dockerCapabilities }).optional(),
  }).optional(),
});

const wasmSchema = section({
  engine: required(readWord(['v8', 'wasmtime'])),
  module: field(readText),
  wasi: section({
    inherit_env: flag,
    args: list(required(readText)),
    preopens: list(
      section({
        host_path: required(readText),
        guest_path: required(readText),
        access: wordSet(STORAGE_ACCESS, readWord(STORAGE_ACCESS)),
      }),
    ),
  }).optional(),
});

/** `permissions.runtime`. Wassette leaves hyperlight's section open, so it is here. */
export const runtimeSchema = section({
  docker: dockerSchema.optional(),
  wasm: wasmSchema.optional(),
  hyperlight: z.unknown().optional(),
});

function readFlag(given: unknown): Reading<boolean> {
  return typeof given === 'boolean' ? ok(given) : err(`${shown(given)} is not a flag: write true or false`);
}
