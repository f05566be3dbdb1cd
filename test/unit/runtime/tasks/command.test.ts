/** Commands: what they are given, how they end, and where their output goes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runCall } from '../../../../functions/runtime/call.ts';
import type { Guest } from '../../../../functions/runtime/guest.ts';
import { FrameReader } from '../../../../src/gateway/run/frames.ts';
import type { CallRequest } from '../../../../src/isolate/protocol.ts';
import type { AnswerBody, CommandTask, ResponseHead } from '../../../../src/isolate/tasks.ts';
import { commandComponent } from '../../../support/command-component.ts';
import { runnable } from '../../../support/run-component.ts';
import { watComponent } from '../../../support/wat-components.ts';
import { request } from '../components.ts';

let command: Guest;

beforeAll(async () => {
  command = await runnable(await commandComponent());
});

function requestOf(task: Partial<CommandTask>, overrides: Partial<CallRequest> = {}): CallRequest {
  const whole: CommandTask = { kind: 'command', args: ['tool'], stdin: '', streams: false, ...task };
  return { ...request(''), task: whole, maxResponseBytes: 1_000_000, ...overrides };
}

describe('a command', () => {
  it('is given arguments, environment and standard input, and answers with what it printed', async () => {
    const { outcome, output } = await runCall(
      command,
      requestOf({ args: ['tool', '-v', 'ä b'], stdin: 'one\ntwo' }, { environment: [['KEY', 'value']] }),
    );
    const stdout = 'tool\n-v\nä b\nKEY=value\none\ntwo';
    expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout, stderr: 'goodbye\n', truncated: false });
    expect(output?.lines.map(({ text }) => text)).toContain('goodbye');
  });

  it('reads standard input of any length to its end', async () => {
    const stdin = 'x'.repeat(10_001);
    expect((await runCall(command, requestOf({ stdin }))).outcome).toMatchObject({ stdout: `tool\n${stdin}` });
  });

  it.each([
    ['err', 1],
    ['x', 7],
    ['z', 0],
  ])('that ends with %s has the exit code %d', async (arg, code) => {
    const { outcome } = await runCall(command, requestOf({ args: ['tool', arg] }));
    expect(outcome).toMatchObject({ kind: 'exited', code, stdout: `tool\n${arg}\n` });
  });

  it('that traps has crashed, and its output is in the log', async () => {
    const { outcome, output } = await runCall(command, requestOf({ args: ['tool', 'trap'] }));
    expect(outcome).toMatchObject({ kind: 'crashed', reason: 'trap' });
    expect(output?.lines.map(({ text }) => text)).toEqual(['tool', 'trap', 'goodbye']);
  });

  it('keeps no more output than a response may have, and says that there was more', async () => {
    const { outcome } = await runCall(command, requestOf({ stdin: 'y'.repeat(100) }, { maxResponseBytes: 50 }));
    expect(outcome).toMatchObject({ kind: 'exited', code: 0, truncated: true, stderr: '' });
    expect((outcome as { stdout: string }).stdout).toHaveLength(50);
  });

  it('is refused where the component has none', async () => {
    const adder = await runnable(await watComponent('adder'));
    expect((await runCall(adder, requestOf({}))).outcome).toMatchObject({ kind: 'refused' });
  });

  it('leaves an instance that serves the next one, unless it called exit', async () => {
    const origin = async (...args: string[]) =>
      (await runCall(command, requestOf({ args: ['tool', ...args] }))).outcome.reuse;
    await origin();
    expect([await origin(), await origin('x'), await origin()]).toEqual(['restored', 'restored', 'fresh']);
  });
});

/** Reads along as a gateway does. */
function reader() {
  const heads: ResponseHead[] = [];
  let body: ReadableStream<Uint8Array> | undefined;
  const passed = Promise.withResolvers<boolean>();
  return {
    heads,
    get body() {
      if (body === undefined) throw new Error('nothing was handed over');
      return body.getReader();
    },
    done: () => passed.resolve(true),
    respond: (head: ResponseHead, stream: AnswerBody) => {
      heads.push(head);
      if (stream instanceof ReadableStream) body = stream;
      return passed.promise;
    },
  };
}

describe('the output of a command that streams', () => {
  it('comes while it runs, in frames, and its end is the end of the stream', async () => {
    const along = reader();
    const running = runCall(command, requestOf({ streams: true, stdin: 'in' }), { respond: along.respond });
    await expect.poll(() => along.heads).toEqual([{ kind: 'output' }]);
    const frames = new FrameReader();
    const text = { stdout: '', stderr: '' };
    const body = along.body;
    for (let part = await body.read(); !part.done; part = await body.read()) {
      for (const [stream, data] of frames.read(part.value)) text[stream] += new TextDecoder().decode(data);
    }
    expect(text).toEqual({ stdout: 'tool\nin', stderr: 'goodbye\n' });
    let isOver = false;
    void running.then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    along.done();
    expect((await running).outcome).toMatchObject({ kind: 'exited', code: 0, stdout: '', stderr: '' });
  });

  it('is held back when nobody reads it: the command waits, until its time is over', async () => {
    const along = reader();
    const task = { streams: true, args: ['tool', 'flood'] };
    const limits = { maxResponseBytes: 10_000_000, timeoutMs: 300 };
    const { outcome } = await runCall(command, requestOf(task, limits), { respond: along.respond });
    expect(outcome).toMatchObject({ kind: 'timeout', of: 'wall' });
    await expect(along.body.read()).rejects.toThrow('the call is over');
  });

  it('fails for a command whose reader is gone', async () => {
    const along = reader();
    const task = { streams: true, args: ['tool', 'flood'] };
    const running = runCall(command, requestOf(task, { timeoutMs: 20_000 }), { respond: along.respond });
    await expect.poll(() => along.heads.length).toBe(1);
    await along.body.cancel();
    along.done();
    expect((await running).outcome).toMatchObject({ kind: 'exited', code: 0 });
  });
});
