/** Waits for what a component's status or facts say. */
import { expect } from 'vitest';
import type { Client } from './edge-client.ts';

/** How long a condition may take on a busy machine. */
const TIMEOUT_MS = 10_000;

export interface ShownStatus {
  readonly state: string;
  readonly instances: { readonly executing: number; readonly queued: number };
  readonly calls: { readonly total: number; readonly failed: number; readonly byOutcome: Record<string, number> };
}

export async function statusOf(client: Client, name: string): Promise<ShownStatus> {
  // A cast: the API says so, and what is not there fails the test that looks for it.
  return (await client.get(`/v1/components/${name}/status`)).json as ShownStatus;
}

/** Resolves once so many calls run and wait. */
export async function untilLoad(client: Client, name: string, executing: number, queued = 0): Promise<void> {
  await expect
    .poll(async () => (await statusOf(client, name)).instances, { timeout: TIMEOUT_MS })
    .toMatchObject({ executing, queued });
}

/** Resolves once the counters say so. */
export async function untilOutcomes(client: Client, name: string, byOutcome: Record<string, number>): Promise<void> {
  await expect
    .poll(async () => (await statusOf(client, name)).calls.byOutcome, { timeout: TIMEOUT_MS })
    .toEqual(byOutcome);
}
