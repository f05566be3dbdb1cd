/** The schema of a whole policy document: every key of the contract, nothing defaulted yet. */

import type * as z from 'zod';
import { ACCESSES, RESTARTS } from './document.ts';
import { WASM_FEATURES } from './features.ts';
import * as patterns from './patterns.ts';
import { permissionsSchema } from './permission-schema.ts';
import { field, list, required, section } from './schema-parts.ts';
import * as units from './units.ts';
import { MIN_MEMORY_BYTES } from './wassette.ts';

const bytes = field((given) => units.readBytes(given));
const memory = field((given) => units.readBytes(given, MIN_MEMORY_BYTES));
const fromZero = field(units.readCount(0));
const fromOne = field(units.readCount(1));

const limits = section({
  memory,
  fuel: field(units.readFuel),
  timeout: field(units.readDurationMs),
  cpu: field(units.readCpuMillis),
  requestBytes: bytes,
  responseBytes: bytes,
  subrequests: fromZero,
  capabilityUses: fromZero,
});
const pool = section({ shards: fromOne, warm: fromZero, maxConcurrent: fromOne, maxQueue: fromZero });
const rate = section({ perSecond: field(units.readRate), burst: fromOne });

/** The document after its schema: units and patterns read, absent sections absent. */
export const documentSchema = section({
  // Editors find a schema by it; it says nothing.
  $schema: field(patterns.readText),
  version: field(patterns.readVersion),
  description: field(patterns.readText),
  access: field(patterns.readWord(ACCESSES)),
  permissions: permissionsSchema.optional(),
  resources: section({ limits: limits.optional(), pool: pool.optional(), rate: rate.optional() }).optional(),
  validation: section({
    maxBytes: bytes,
    maxImports: fromZero,
    allowedImports: list(required(patterns.readWitGlob)),
    requiredExports: list(required(patterns.readWitName)),
    denyFeatures: list(required(patterns.readWord(WASM_FEATURES))),
  }).optional(),
  supervision: section({
    restart: field(patterns.readWord(RESTARTS)),
    maxRestarts: fromZero,
    windowSeconds: fromOne,
    backoffMs: fromZero,
    backoffMaxMs: fromZero,
    shutdownMs: fromZero,
  }).optional(),
  breaker: section({ errorRate: field(units.readShare), minCalls: fromOne, openMs: fromOne }).optional(),
  health: section({
    export: field(patterns.readWitName),
    intervalSeconds: fromOne,
    timeoutMs: fromOne,
    healthyAfter: fromOne,
    unhealthyAfter: fromOne,
  }).optional(),
});

export type DocumentInput = z.output<typeof documentSchema>;
