/**
 * The hostile set: components of `test/fixtures/hostile`, one behaviour each. Their function `bad` misbehaves; before that
 * it soils a global and its memory, and `good` answers its argument only where neither was ever touched.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assemble } from '../../scripts/local/componentize.ts';
import { ROOT } from '../../scripts/local/paths.ts';
import { type Answer, type Client, errorOf, freshName } from './edge-client.ts';

/** What a specimen may use, as its policy spells it. */
export interface Limits {
  readonly timeout?: string;
  readonly cpu?: string;
  readonly fuel?: number;
  readonly memory?: string;
}

export interface SpecimenOptions {
  readonly limits?: Limits;
  /** Environment variables that the policy allows. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a call ended, in a form that reads well where it is not what was expected. */
export interface Ended {
  /** `200 {"result":1}`, or the error code, for a crash with its reason: `COMPONENT_CRASHED trap`. */
  readonly how: string;
  /** From the request to the whole answer. */
  readonly ms: number;
  readonly answer: Answer;
}

/** A component of the hostile set, uploaded under a name of its own. */
export interface Specimen {
  readonly name: string;
  /** Calls `bad`, or another function. */
  bad(args?: unknown, functionName?: string): Promise<Ended>;
  /** Replaces its policy. */
  permit(options: SpecimenOptions): Promise<void>;
  /** Starts it, or stops it at once, with all that runs. */
  change(verb: 'start' | 'stop'): Promise<Answer>;
}

const FIXTURES = join(ROOT, 'test', 'fixtures', 'hostile');

/** What `good` is asked and has to answer. */
const TOUCHSTONE = 40;

/** The bytes of a fixture. */
export async function fixture(name: string): Promise<Uint8Array> {
  return assemble(await readFile(join(FIXTURES, `${name}.wat`), 'utf8'));
}

/** Uploads a fixture and calls its good function once, so that what is measured later is no cold start. */
export async function specimen(client: Client, fixtureName: string, options: SpecimenOptions = {}): Promise<Specimen> {
  const name = freshName(fixtureName.slice(0, 40));
  const upload = await client.upload(name, await fixture(fixtureName), { policy: policyOf(options) });
  mustBe(upload, 201);
  await expectGood(client, name);
  return {
    name,
    bad: (args = {}, functionName = 'bad') => timedCall(client, name, functionName, args),
    permit: (other) => permit(client, name, other),
    change: (verb) =>
      client.request('POST', `/v1/components/${name}/${verb}`, {
        body: verb === 'stop' ? '{"timeoutMs":0}' : '{}',
        headers: { 'content-type': 'application/json' },
      }),
  };
}

/** A call, with how it ended and how long it took. */
export async function timedCall(client: Client, name: string, functionName: string, args: unknown): Promise<Ended> {
  const started = performance.now();
  const answer = await client.call(name, functionName, args);
  return { how: howItEnded(answer), ms: performance.now() - started, answer };
}

/** What a call may take beyond its timeout, in milliseconds. */
export const LATENESS_MS = 50;

/** A late end is measured again: other work of the machine is no failure of the edge. */
const ATTEMPTS = 5;

/** By how much a call ends after its deadline: the best of some attempts, all of which must end as TIMEOUT, none early. */
export async function latenessOf(call: () => Promise<Ended>, timeoutMs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && best >= LATENESS_MS; attempt += 1) {
    const { how, ms, answer } = await call();
    if (how !== 'TIMEOUT' || answer.status !== 504 || ms < timeoutMs - 1) {
      throw new Error(`expected TIMEOUT after ${timeoutMs} ms, got ${answer.status} ${how} after ${ms.toFixed(0)} ms`);
    }
    best = Math.min(best, ms - timeoutMs);
  }
  return best;
}

/** Replaces the policy of a component. */
export async function permit(client: Client, name: string, options: SpecimenOptions): Promise<void> {
  const changed = await client.request('PUT', `/v1/components/${name}/policy`, { body: policyOf(options) });
  mustBe(changed, 200);
}

/** The component answers as if nothing had ever happened in it, and so does another one in the same process. */
export async function expectHealthy(client: Client, { name }: Pick<Specimen, 'name'>): Promise<void> {
  mustBe(await client.call('adder', 'add', { a: 2, b: 40 }), 200, 42);
  await expectGood(client, name);
}

async function expectGood(client: Client, name: string): Promise<void> {
  mustBe(await client.call(name, 'good', { x: TOUCHSTONE }), 200, TOUCHSTONE);
}

/** Throws what came instead. */
function mustBe({ status, text }: Answer, expected: number, result?: number): void {
  if (status === expected && (result === undefined || text === JSON.stringify({ result }))) return;
  throw new Error(`expected ${expected} ${result ?? ''}, got ${status} ${text.slice(0, 500)}`);
}

function howItEnded(answer: Answer): string {
  if (answer.status === 200) return `200 ${answer.text.slice(0, 200)}`;
  const { error_code, details } = errorOf(answer);
  return error_code === 'COMPONENT_CRASHED' ? `${error_code} ${details?.['reason']}` : error_code;
}

/** JSON is YAML: what is left out has its default. */
function policyOf({ limits = {}, environment = {} }: SpecimenOptions): string {
  const allow = Object.entries(environment).map(([key, value]) => ({ key, value }));
  return JSON.stringify({ version: '1.0', permissions: { environment: { allow } }, resources: { limits } });
}
