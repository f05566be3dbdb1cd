/**
 * Stands where the harness does in an isolate, around the harness itself: runs calls of the component over and over, or
 * one stage of them alone, and says how long one takes.
 */
import { CapabilityClient, noCapabilities } from '../../functions/runtime/capabilities.ts';
import { Answer } from './captured.ts';
import '../../functions/runtime/index.ts';
import { readArguments } from '../../functions/runtime/body.ts';
import { runCall } from '../../functions/runtime/call.ts';
import type { ComponentParts } from '../../functions/runtime/component-parts.ts';
import type { GuestHost, GuestInstance } from '../../functions/runtime/guest.ts';
import type { GuestEnd } from '../../functions/runtime/guest-end.ts';
import { CallLifetime } from '../../functions/runtime/lifetime.ts';
import { createLifting } from '../../functions/runtime/lifting.ts';
import { LinkedGuest } from '../../functions/runtime/linked-guest.ts';
import { elapsedMs } from '../../functions/runtime/platform.ts';
import { CallSlices } from '../../functions/runtime/slices.ts';
import { Toll } from '../../functions/runtime/toll.ts';
import { LogBuffer } from '../../functions/runtime/wasi/log-buffer.ts';
import { StdioBuffer } from '../../functions/runtime/wasi/stdio-buffer.ts';
import { resultToJson } from '../../src/component/codec/index.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import type { CallRequest } from '../../src/isolate/protocol.ts';
import type { Stage, StageAnswer, StageRequest } from '../stage-protocol.ts';

type Step = () => unknown;

/** Time that one measurement takes at least, in milliseconds: the clock has a resolution of one. */
const MEASUREMENT_MS = 200;
const TIMEOUT_MS = 30_000;
const FUEL = 4_000_000_000;
const MAX_PAGES = 512;

/** What the main module of an isolate expects of a harness. */
export function serve(
  _glue: unknown,
  modules: ComponentParts['modules'],
  manifest: ComponentParts['manifest'],
  platform: ComponentParts['platform'],
) {
  const { linking } = manifest;
  if (linking.glue !== 'own') throw new Error('the component is not linked by a plan');
  const guest = new LinkedGuest(linking.plan, { modules, manifest, platform });
  return {
    async fetch(request: Request): Promise<Response> {
      const asked = await request.json<StageRequest>();
      const microseconds = await measure(await stepOf(guest, asked));
      return new Answer(JSON.stringify({ microseconds } satisfies StageAnswer));
    },
  };
}

async function measure(step: Step): Promise<number> {
  const started = elapsedMs();
  let count = 0;
  let elapsed = 0;
  while (elapsed < MEASUREMENT_MS) {
    await step();
    count += 1;
    elapsed = elapsedMs() - started;
  }
  return (elapsed * 1_000) / count;
}

async function stepOf(guest: LinkedGuest, { stage, id, body: text }: StageRequest): Promise<Step> {
  const fn = guest.export(id);
  if (fn === undefined) throw new Error(`there is no function ${id}`);
  // `encode` may answer a view of a larger buffer: a call gets one of its own.
  const body = new Uint8Array(new TextEncoder().encode(text)).buffer;
  const values = readArguments(fn, body);
  if (!values.ok) throw new Error(values.error.message);
  const end = await once(guest, fn, values.value, true);
  const steps: Record<Stage, Step> = {
    reused: () => whole(guest, requestOf(id, body, true)),
    new: () => whole(guest, requestOf(id, body, false)),
    arguments: () => readArguments(fn, body),
    link: () => once(guest, fn, undefined, false),
    function: () => once(guest, fn, values.value, true),
    result: () => JSON.stringify(resultToJson(fn.result, end).json),
  };
  return steps[stage];
}

function requestOf(id: string, body: ArrayBuffer, reuse: boolean): CallRequest {
  return {
    task: { kind: 'function', function: id, body },
    ...{ instance: '', environment: [], reuse, maxIdle: 1 },
    ...{ timeoutMs: TIMEOUT_MS, fuel: FUEL, memoryBytes: MAX_PAGES * 65_536 },
    ...{ capabilityUses: 1_000, subrequests: 0, maxResponseBytes: 2 ** 20 },
  };
}

async function whole(guest: LinkedGuest, request: CallRequest): Promise<void> {
  const { outcome } = await runCall(guest, request);
  if (outcome.kind !== 'ok') throw new Error(`the call ended with ${JSON.stringify(outcome)}`);
}

/** An instance with no call around it: linked if it is a new one, then called, or with no `values` only linked. */
async function once(
  guest: LinkedGuest,
  fn: CallableFunction,
  values: readonly unknown[] | undefined,
  reuse: boolean,
): Promise<GuestEnd> {
  const instance = guest.take({ maxPages: MAX_PAGES, reuse, maxIdle: 1 });
  const host = hostOf(instance);
  const linking = instance.link(host);
  if (linking !== undefined) await linking;
  const end = values === undefined ? { returned: undefined } : await instance.call(fn.id, values);
  instance.release(reuse);
  if ('thrown' in end) throw end.thrown;
  return end;
}

function hostOf(instance: GuestInstance): GuestHost {
  const { meter } = instance;
  const lifetime = new CallLifetime();
  const call = {
    get suspendable() {
      return instance.suspendable;
    },
    lasts: () => undefined,
    end: () => meter.drain(),
  };
  const slices = new CallSlices(call, { timeoutMs: TIMEOUT_MS, maxInRow: 1_000 });
  meter.begin(FUEL, slices);
  const exit = (code: number): never => {
    throw new Error(`exit ${code}`);
  };
  const context = {
    environment: [],
    cli: { args: [], stdin: '' },
    stdio: new StdioBuffer(),
    logs: new LogBuffer(undefined),
    output: () => undefined,
    lifetime,
    capabilities: new CapabilityClient(noCapabilities, lifetime),
    directories: [],
    memory: { hold: () => true },
    toll: new Toll(meter, lifetime, slices),
    exit,
  };
  return { context, lifting: createLifting(meter), trapped: () => meter.drain() };
}
