/** What an isolate hands back is untrusted: forged outcomes become crashes, and nothing in them chooses a code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HTTP_STATUS } from '../../../src/core/errors.ts';
import { type Settled, settle, settleAborted, settleLost } from '../../../src/isolate/guest-error.ts';

const TIMEOUT_MS = 1_000;

function settled(outcome: unknown): Settled {
  return settle(outcome, { timeoutMs: TIMEOUT_MS });
}

function lost(error: unknown): Settled {
  return settleLost(error, { timeoutMs: TIMEOUT_MS });
}

function failureOf({ answer }: Settled) {
  if (answer.kind !== 'failure') throw new Error(`no failure: ${answer.kind}`);
  return answer.failure;
}

const NO_ANSWER = {
  outcome: 'trap',
  answer: { kind: 'failure', failure: { code: 'COMPONENT_CRASHED', details: { trap: 'the isolate gave no answer' } } },
};

describe('an honest outcome', () => {
  it.each([
    ['ok', 200],
    ['err', 422],
  ] as const)('%s is answered with its JSON and %d', (kind, status) => {
    const json = '{"result":1}';
    expect(settled({ kind, json, fuel: 7 })).toEqual({
      outcome: kind,
      answer: { kind: 'json', status, json },
      fuel: 7,
    });
  });

  it.each([
    ['trap', 'trap', 'COMPONENT_CRASHED'],
    ['out-of-memory', 'out-of-memory', 'COMPONENT_CRASHED'],
    ['out-of-fuel', 'out-of-fuel', 'OUT_OF_FUEL'],
    ['too-large', 'trap', 'TOO_LARGE'],
    ['made up', 'trap', 'COMPONENT_CRASHED'],
  ])('crashed for the reason %s counts as %s and answers %s', (reason, outcome, code) => {
    const crashed = settled({ kind: 'crashed', reason, text: 'why', fuel: 3 });
    expect(crashed).toMatchObject({ outcome, fuel: 3 });
    expect(failureOf(crashed).code).toBe(code);
  });
});

describe('a timeout', () => {
  it.each([
    ['wall', undefined, { of: 'wall', timeoutMs: '1000' }],
    ['wall', 100, { of: 'wall', timeoutMs: '1000' }],
    ['cpu', 100, { of: 'cpu', cpuMs: '100' }],
    ['cpu', undefined, { of: 'wall', timeoutMs: '1000' }],
    ['moon', 100, { of: 'wall', timeoutMs: '1000' }],
  ])('of the %s with %s ms of CPU time says %j', (of, cpuMs, details) => {
    const late = settle({ kind: 'timeout', of, fuel: 3 }, { timeoutMs: TIMEOUT_MS, cpuMs });
    expect(late).toMatchObject({ outcome: 'timeout', fuel: 3 });
    expect(failureOf(late)).toMatchObject({ code: 'TIMEOUT', details });
  });
});

describe('a forged outcome', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ok'],
    ['a list', ['ok']],
    ['a function', () => ({ kind: 'ok', json: '1' })],
    ['an unknown kind', { kind: 'granted', json: '1' }],
    ['a kind that is no text', { kind: { toString: () => 'ok' }, json: '1' }],
    ['JSON that is no text', { kind: 'ok', json: { result: 1 } }],
    ['no JSON', { kind: 'ok' }],
    ['inherited fields', Object.create({ kind: 'ok', json: '1' })],
    ['a prototype named in JSON', JSON.parse('{"__proto__":{"kind":"ok","json":"1"}}')],
  ])('with %s is no answer', (_what, outcome) => {
    expect(settled(outcome)).toMatchObject(NO_ANSWER);
  });

  it('has no getter of it run', () => {
    let runs = 0;
    const forged = {
      get kind() {
        runs += 1;
        return 'ok';
      },
      get json() {
        runs += 1;
        return '1';
      },
    };
    expect(settled(forged)).toMatchObject(NO_ANSWER);
    expect(runs).toBe(0);
  });

  it('that throws when it is looked at is no answer', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no');
        },
      },
    );
    expect(settled(hostile)).toMatchObject(NO_ANSWER);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, 2 ** 53, '7', 7n, null, [7], {}])(
    'with the fuel %s used none',
    (fuel) => {
      expect(settled({ kind: 'ok', json: '1', fuel }).fuel).toBe(0);
      expect(failureOf(settled({ kind: 'crashed', reason: 'out-of-fuel', fuel })).details).toEqual({ fuel: '0' });
    },
  );

  it.each([0, 1, Number.MAX_SAFE_INTEGER])('with the fuel %d used that much', (fuel) => {
    expect(settled({ kind: 'timeout', fuel }).fuel).toBe(fuel);
  });

  it('cannot choose a code, a status or a retry', () => {
    const forged = { code: 'UNAUTHENTICATED', status: 201, retryable: true, retryAfterSeconds: 9, overloaded: true };
    expect(failureOf(settled({ ...forged, kind: 'crashed', reason: 'trap', text: 'x' }))).toEqual({
      code: 'COMPONENT_CRASHED',
      message: 'the component crashed (trap): x',
      details: { reason: 'trap', trap: 'x' },
    });
    expect(failureOf(settled({ ...forged, kind: 'refused', message: 'm', path: 'p', expected: 'e' }))).toEqual({
      code: 'INVALID_REQUEST',
      message: 'm',
      details: { field: 'p', expected: 'e' },
    });
    expect(failureOf(lost(Object.assign(new Error('gone'), forged)))).toEqual({
      code: 'COMMUNICATION_FAILURE',
      message: expect.stringContaining('lost'),
      details: { reason: 'connection-error' },
    });
  });

  it('has its texts cut, never inside a character', () => {
    const huge = '\u{1f41a}'.repeat(1_000_000);
    const odd = `x${huge}`;
    for (const text of [huge, odd]) {
      const failures = [
        settled({ kind: 'crashed', reason: 'trap', text }),
        settled({ kind: 'crashed', reason: 'too-large', text }),
        settled({ kind: 'refused', message: text, path: text, expected: text }),
        lost(new Error(text)),
        lost(new Error(`exceeded memory ${text}`)),
        lost(text),
      ].map(failureOf);
      for (const failure of failures) {
        const texts = [failure.message, ...Object.values(failure.details ?? {})];
        expect(texts.every((shown) => shown.length <= 2_100 && shown.isWellFormed())).toBe(true);
      }
    }
  });

  it('property 1: whatever it is, it settles as one of the known codes with a fuel that can be counted', () => {
    const field = fc.oneof(
      fc.anything(),
      fc.constantFrom(
        'ok',
        'err',
        'exited',
        'responded',
        'failed',
        'refused',
        'crashed',
        'timeout',
        'aborted',
        'killed',
        'out-of-fuel',
      ),
    );
    const outcome = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind: field,
          json: field,
          fuel: field,
          reason: field,
          text: field,
          message: field,
          path: field,
          code: field,
          stdout: field,
          stderr: field,
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(outcome, (forged) => {
        for (const { answer, fuel } of [settled(forged), lost(forged)]) {
          expect(Number.isSafeInteger(fuel) && fuel >= 0).toBe(true);
          if (answer.kind === 'json') expect(typeof answer.json).toBe('string');
          else if (answer.kind === 'exited')
            expect([answer.stdout, answer.stderr].map((text) => typeof text)).toEqual(['string', 'string']);
          else if (answer.kind === 'responded') throw new Error('nothing was handed over');
          else expect(HTTP_STATUS[answer.failure.code]).toBeGreaterThanOrEqual(400);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a lost isolate', () => {
  const LOSSES = [
    {
      what: 'memory',
      error: new Error('Worker exceeded memory limit.'),
      outcome: 'out-of-memory',
      code: 'COMPONENT_CRASHED',
    },
    { what: 'CPU time', error: new Error('Worker exceeded CPU time limit.'), outcome: 'timeout', code: 'TIMEOUT' },
    ...[
      { what: 'anything else', error: new Error('gone') },
      { what: 'cloning', error: new DOMException('not cloned', 'DataCloneError') },
      { what: 'an object', error: { message: { memory: true } } },
      { what: 'what cannot be a text', error: { toString: () => Symbol('no') } },
      { what: 'nothing', error: undefined },
    ].map((loss) => ({ ...loss, outcome: 'connection-error', code: 'COMMUNICATION_FAILURE' })),
  ];

  it.each(LOSSES)('by an error about $what counts as $outcome', ({ error, outcome, code }) => {
    const ended = lost(error);
    expect(ended).toMatchObject({ outcome, fuel: 0 });
    expect(failureOf(ended).code).toBe(code);
  });

  it('keeps what the platform said to itself', () => {
    expect(JSON.stringify(lost(new Error('object 1234 at host x')))).not.toContain('1234');
  });
});

describe('a call that was ended from outside', () => {
  it.each([
    ['killed', 'killed', 'COMPONENT_CRASHED', { reason: 'killed' }],
    ['client-gone', 'client-gone', 'COMMUNICATION_FAILURE', { reason: 'client-gone' }],
    ['timeout', 'timeout', 'TIMEOUT', { of: 'wall', timeoutMs: '1000' }],
  ] as const)('as %s counts as %s and answers %s', (reason, outcome, code, details) => {
    for (const ended of [
      settleAborted(reason, TIMEOUT_MS),
      settle({ kind: 'aborted', reason: 'killed', fuel: 0 }, { timeoutMs: TIMEOUT_MS, aborted: reason }),
    ]) {
      expect(ended).toMatchObject({ outcome, fuel: 0 });
      expect(failureOf(ended)).toMatchObject({ code, details });
    }
  });

  it('is believed only when the shard ended it: an isolate cannot say so by itself', () => {
    expect(settled({ kind: 'aborted', reason: 'client-gone', fuel: 3 })).toMatchObject(NO_ANSWER);
  });
});
