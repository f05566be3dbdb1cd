/** Each way in which a call ends is told apart: in the answer, in the fact and in the counters. */
import { beforeAll, expect, inject, test } from 'vitest';
import { statusOf, untilLoad } from '../../support/component-status.ts';
import { type Answer, clientOf } from '../../support/edge-client.ts';
import { type Limits, type Specimen, specimen } from '../../support/hostile.ts';
import { rawCall } from '../../support/raw-request.ts';
import { until } from '../../support/until.ts';

const edge = inject('edge');
const client = clientOf(edge);

const SMALL_FUEL = 20_000_000;
const PLENTY: Limits = { timeout: '30s', fuel: 1_000_000_000_000 };

/** Counters and facts follow the answer; on a busy machine that takes a while. */
const TOLD_WITHIN_MS = 10_000;

interface Ending {
  readonly outcome: string;
  /** Makes a call end in this way; nobody hears the answer of a client that went away. */
  readonly end: () => Promise<Answer | undefined>;
  readonly answer?: readonly [status: number, code: string | undefined, details?: object];
  readonly failed: boolean;
}

let guest: Specimen;

beforeAll(async () => {
  guest = await specimen(client, 'every-ending');
  // Counters come some moments after the answer.
  await until(async () => (await statusOf(client, guest.name)).calls.total === 1);
});

async function call(functionName: string, args: unknown = {}, limits: Limits = {}): Promise<Answer> {
  await guest.permit({ limits });
  return client.call(guest.name, functionName, args);
}

async function killed(): Promise<Answer> {
  const running = call('spin', {}, PLENTY);
  await untilLoad(client, guest.name, 1);
  await guest.change('stop');
  const answer = await running;
  await guest.change('start');
  return answer;
}

async function clientGone(): Promise<undefined> {
  await guest.permit({ limits: PLENTY });
  const running = await rawCall(edge.workerUrl, `/call/${guest.name}/spin`);
  await untilLoad(client, guest.name, 1);
  running.reset();
}

const ENDINGS: readonly Ending[] = [
  { outcome: 'ok', end: () => call('good', { x: 1 }), answer: [200, undefined], failed: false },
  { outcome: 'err', end: () => call('fail'), answer: [422, undefined], failed: false },
  {
    outcome: 'refused',
    end: () => call('good', { x: 'one' }),
    answer: [400, 'INVALID_REQUEST', { expected: expect.stringContaining('u32') }],
    failed: false,
  },
  { outcome: 'trap', end: () => call('trap'), answer: [502, 'COMPONENT_CRASHED', { reason: 'trap' }], failed: true },
  {
    outcome: 'out-of-memory',
    end: () => call('take'),
    answer: [502, 'COMPONENT_CRASHED', { reason: 'out-of-memory' }],
    failed: true,
  },
  {
    outcome: 'out-of-fuel',
    end: () => call('spin', {}, { ...PLENTY, fuel: SMALL_FUEL }),
    answer: [504, 'OUT_OF_FUEL', { fuel: String(SMALL_FUEL) }],
    failed: true,
  },
  {
    outcome: 'timeout',
    end: () => call('spin', {}, { ...PLENTY, timeout: '100ms' }),
    answer: [504, 'TIMEOUT', { of: 'wall', timeoutMs: '100' }],
    failed: true,
  },
  { outcome: 'killed', end: killed, answer: [502, 'COMPONENT_CRASHED', { reason: 'killed' }], failed: false },
  { outcome: 'client-gone', end: clientGone, failed: false },
];

test.each(ENDINGS)('$outcome', async ({ outcome, end, answer, failed }) => {
  const before = (await statusOf(client, guest.name)).calls;
  const came = await end();
  if (answer !== undefined) {
    const [status, code, details] = answer;
    const body = came?.json as { error_code?: string; details?: object } | undefined; // an answer of the API
    expect([came?.status, body?.error_code]).toEqual([status, code]);
    if (details !== undefined) expect(body?.details).toMatchObject(details);
  }
  await expect
    .poll(async () => (await statusOf(client, guest.name)).calls, { timeout: TOLD_WITHIN_MS })
    .toMatchObject({
      failed: before.failed + (failed ? 1 : 0),
      byOutcome: { ...before.byOutcome, [outcome]: (before.byOutcome[outcome] ?? 0) + 1 },
    });
  const { items } = (await client.get(`/v1/components/${guest.name}/events?limit=20`)).json as { items: Fact[] };
  expect(items.find(({ type }) => type === 'FunctionCalled')).toMatchObject({ outcome });
});

interface Fact {
  readonly type: string;
  readonly outcome?: string;
}
