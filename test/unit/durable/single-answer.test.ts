/** The one answer of a call, against an isolate that gives several, or more than it may. */
import { describe, expect, it } from 'vitest';
import type { AnswerOrigin, AnswerSink } from '../../../durable/pool/contract.ts';
import { SingleAnswer } from '../../../durable/pool/single-answer.ts';

const HEAD = { kind: 'http', status: 200, headers: [] };
const ORIGIN: AnswerOrigin = { version: 'v1', instance: 'i', queuedMs: 0, callMs: 0, maxBodyBytes: 10 };

/** A client that takes what it is sent, or does not. */
function client(takes: () => Promise<boolean> = async () => true) {
  const taken: unknown[] = [];
  const sink: AnswerSink = {
    respond(_head, body) {
      taken.push(body);
      return takes();
    },
  };
  return { taken, answers: new SingleAnswer(sink, () => ORIGIN) };
}

describe('the answer of a call', () => {
  it('is the first one: a second is not passed on, whether the first was taken or is still under way', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { taken, answers } = client(() => promise);
    const first = answers.respond(HEAD, Uint8Array.of(1));
    expect(await answers.respond(HEAD, Uint8Array.of(2))).toBe(false);
    resolve(true);
    expect(await first).toBe(true);
    expect(await answers.respond(HEAD, undefined)).toBe(false);
    expect(taken).toEqual([Uint8Array.of(1)]);
    expect([answers.given, answers.refused]).toEqual([true, false]);
  });

  it('has no more bytes than it may', async () => {
    const { taken, answers } = client();
    expect(await answers.respond(HEAD, new Uint8Array(11))).toBe(false);
    expect(answers.given).toBe(false);
    expect(await answers.respond(HEAD, new Uint8Array(10))).toBe(true);
    expect(taken).toHaveLength(1);
  });

  it.each([
    [{ ...HEAD, status: 101 }, undefined],
    [{ ...HEAD, headers: [['a', 'b\r\nc: d']] }, undefined],
    [HEAD, 'text'],
    [HEAD, { getReader: () => undefined }],
    [undefined, undefined],
  ])('is none with the head %j and the body %j', async (head, body) => {
    const { taken, answers } = client();
    expect(await answers.respond(head, body)).toBe(false);
    expect(taken).toEqual([]);
    expect(answers.given).toBe(false);
  });

  it('counts as refused when whoever wanted it is gone', async () => {
    const { answers } = client(() => Promise.reject(new Error('gone')));
    expect(await answers.respond(HEAD, undefined)).toBe(false);
    expect([answers.given, answers.refused]).toEqual([true, true]);
  });

  it('is none where nobody wants one', async () => {
    const answers = new SingleAnswer(undefined, () => ORIGIN);
    expect(await answers.respond(HEAD, undefined)).toBe(false);
    expect(answers.given).toBe(false);
  });
});
