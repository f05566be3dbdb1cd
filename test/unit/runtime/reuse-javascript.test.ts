/** A component of JavaScript (QuickJS, with WASI in it), whose engine keeps state everywhere, used again and fresh. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type FinishedCall, runCall } from '../../../functions/runtime/call.ts';
import type { Guest } from '../../../functions/runtime/guest.ts';
import { fromJavaScript } from '../../../scripts/local/componentize.ts';
import type { ArtifactContent } from '../../../src/build/artifact.ts';
import { built } from '../../support/build-fixtures.ts';
import { guestOf } from '../../support/run-component.ts';
import { request } from './components.ts';

const SOURCE = `let calls = 0;
const kept = new Map();
export function look(text) {
  calls += 1;
  kept.set(text, calls);
  globalThis.seen = (globalThis.seen ?? '') + text;
  Array.prototype.added = (Array.prototype.added ?? 0) + 1;
  if (text.includes('throw')) throw new Error(text);
  if (text.includes('large')) kept.set('large', new Uint8Array(3_000_000).fill(7));
  return JSON.stringify([calls, [...kept], globalThis.seen, [].added, Math.random(), new Error().stack]);
}`;
const WIT = 'package t:t; world w { export look: func(text: string) -> string; }';

const RUNS = 100;

let content: ArtifactContent;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reuse-'));
  const [source, wit] = [join(folder, 'component.js'), join(folder, 'component.wit')];
  await writeFile(source, SOURCE);
  await writeFile(wit, WIT);
  content = await built(await fromJavaScript(source, wit));
  await rm(folder, { recursive: true });
}, 120_000);

const call = fc.record({
  text: fc.oneof(
    { weight: 6, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.constantFrom('throw', 'large', 'x'.repeat(5_000)) },
  ),
  fuel: fc.oneof({ weight: 8, arbitrary: fc.constant(1_000_000_000) }, { weight: 1, arbitrary: fc.nat(1_000_000) }),
});

function run(guest: Guest, waves: readonly (readonly { text: string; fuel: number }[])[], reuse: boolean) {
  return waves.reduce<Promise<FinishedCall[]>>(async (before, wave) => {
    const finished = await before;
    const rest = { reuse, timeoutMs: 30_000, maxResponseBytes: 100_000 };
    const running = wave.map(({ text, fuel }) => runCall(guest, request('look', { text }, { ...rest, fuel })));
    return [...finished, ...(await Promise.all(running))];
  }, Promise.resolve([]));
}

function visible({ outcome, output }: FinishedCall) {
  const {
    pages: _pages,
    instances: _instances,
    callPages: _callPages,
    reuse: _reuse,
    reuseReason: _reason,
    ...rest
  } = { ...outcome } as Record<string, unknown>;
  return { outcome: rest, output };
}

test(`answers as a fresh one in ${RUNS} random sequences of calls`, { timeout: 300_000 }, async () => {
  const [reused, fresh] = [await guestOf(content), await guestOf(content)];
  let [calls, restored] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(call, { minLength: 1, maxLength: 2 }), { maxLength: 5 }), async (waves) => {
      const actual = await run(reused, waves, true);
      expect(actual.map(visible)).toEqual((await run(fresh, waves, false)).map(visible));
      calls += actual.length;
      restored += actual.filter(({ outcome }) => 'reuse' in outcome && outcome.reuse === 'restored').length;
    }),
    { numRuns: RUNS },
  );
  expect(reused.freshBecause).toBeUndefined();
  expect(restored).toBeGreaterThan(calls / 2);
});
