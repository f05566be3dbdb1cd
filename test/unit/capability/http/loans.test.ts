/** Requests that a carrier may send without asking: both sides of it, with messages that the test delivers in any order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallUses } from '../../../../durable/pool/call-uses.ts';
import { RequestLoans } from '../../../../durable/pool/request-loans.ts';
import { Admissions } from '../../../../src/capability/http/admissions.ts';
import { httpProvider } from '../../../../src/capability/http/provider.ts';
import { ProviderRegistry } from '../../../../src/capability/registry.ts';
import { NO_GRANTS } from '../../../../src/policy/index.ts';

const A = { scheme: 'https', authority: 'a.test' } as const;

/** Messages on their way. They arrive when the test says so. */
class Wire {
  readonly #underWay: (() => void)[] = [];

  /** Resolves with `value` when the message has arrived. */
  pass<T>(value: T): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#underWay.push(() => resolve(value));
    return promise;
  }

  /** Delivers one of them, once everything has happened that takes no message, and so after it. */
  async deliver(which = 0): Promise<boolean> {
    await quiet();
    const [message] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    message?.();
    await quiet();
    return message !== undefined;
  }
}

/** All promises that are settled have been heard of. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One call with its carrier. What is sent is noted with whether the grants allowed it when that was last acknowledged. */
function callOf(maxSubrequests: number, maxUses: number) {
  const wire = new Wire();
  let isAllowed = true;
  const uses = new CallUses({
    caller: { component: 'c', version: 'v1', instance: 'i', request: 'r' },
    providers: new ProviderRegistry({ http: httpProvider }),
    decide: () => ({ allowed: isAllowed, rule: 'rule' }),
    grants: () => NO_GRANTS,
    life: { chain: ['c'], remainingMs: () => 30_000 },
    maxUses,
    maxSubrequests,
    tell: () => undefined,
  });
  const loans: RequestLoans = new RequestLoans(uses, async () => ({
    callBack: async (id) => {
      await wire.pass(undefined);
      return wire.pass(admissions.callBack(id));
    },
  }));
  const admissions = new Admissions({
    use: (use) => loans.use(use),
    admit: async (input, ended) => {
      await wire.pass(undefined);
      return wire.pass(await loans.admit(input, ended));
    },
  });
  const sent: { readonly begun: boolean }[] = [];
  let isRevoked = false;
  return {
    wire,
    uses,
    sent,
    loans,
    /** `begun`: the revoke was acknowledged before the request was made. */
    send: async () => {
      const begun = isRevoked;
      if ((await admissions.admit(A)).kind === 'done') sent.push({ begun });
    },
    revoke: async () => {
      isAllowed = false;
      await loans.callBack();
      isRevoked = true;
    },
  };
}

async function drain(wire: Wire): Promise<void> {
  while (await wire.deliver());
}

it('1: never sends more than its budgets, nor anything that began after a revoke, and counts exactly what was sent', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('send' as const) },
    { weight: 8, arbitrary: fc.nat(5) },
    { weight: 1, arbitrary: fc.constant('revoke' as const) },
    { weight: 1, arbitrary: fc.constant('call back' as const) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80, size: 'max' }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }),
      async (steps, maxSubrequests, maxUses) => {
        const { wire, uses, sent, loans, send, revoke } = callOf(maxSubrequests, maxUses);
        const work: Promise<void>[] = [];
        for (const each of steps) {
          if (each === 'send') work.push(send());
          else if (each === 'revoke') work.push(revoke());
          else if (each === 'call back') work.push(loans.callBack());
          else await wire.deliver(each);
        }
        await drain(wire);
        await Promise.all(work);
        const closed = loans.callBack();
        await drain(wire);
        await closed;
        expect(sent.length).toBeLessThanOrEqual(Math.min(maxSubrequests, maxUses));
        expect(sent.filter(({ begun }) => begun)).toEqual([]);
        expect(uses.subrequests).toBe(sent.length);
      },
    ),
    { numRuns: 500, endOnFailure: true },
  );
});

it('gives what is lent back once its time is over, and asks again', async () => {
  const { wire, uses, sent, send } = callOf(100, 100);
  for (let i = 0; i < 3; i += 1) {
    const sending = send();
    await drain(wire);
    await sending;
  }
  expect(uses.subrequests).toBe(2 + 32);
  const { now } = Date;
  const later = now() + 2_000;
  Date.now = () => later;
  try {
    const sending = send();
    await wire.deliver();
    expect(uses.subrequests).toBeLessThan(2 + 32 + 1 + 32);
    await drain(wire);
    await sending;
  } finally {
    Date.now = now;
  }
  expect(sent.length).toBe(4);
  expect(uses.subrequests).toBe(4 + 32);
});
