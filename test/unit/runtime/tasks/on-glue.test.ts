/** The entrances of a component that runs on jco's glue, where a guest cannot be suspended by the platform: each call ends. */
import { expect, it } from 'vitest';
import { runCall } from '../../../../functions/runtime/call.ts';
import type { CallRequest } from '../../../../src/isolate/protocol.ts';
import type { AnswerBody, ResponseHead } from '../../../../src/isolate/tasks.ts';
import { commandComponent } from '../../../support/command-component.ts';
import { httpHandlerComponent } from '../../../support/http-handler-component.ts';
import { messagingComponent } from '../../../support/messaging-components.ts';
import { runnable } from '../../../support/run-component.ts';
import { request } from '../components.ts';

const LIMITS = { fuel: 20_000_000_000, timeoutMs: 20_000, maxResponseBytes: 1_000_000 };

function requestOf(task: CallRequest['task']): CallRequest {
  return { ...request(''), ...LIMITS, task };
}

it('a command prints what it was given and ends as it says', { timeout: 60_000 }, async () => {
  const command = await runnable(await commandComponent(), { glue: 'jco' });
  const run = (arg: string) =>
    runCall(command, requestOf({ kind: 'command', args: ['tool', arg], stdin: 'one', streams: false }));
  const { outcome } = await run('-v');
  expect(outcome).toMatchObject({ kind: 'exited', code: 0, stdout: 'tool\n-v\none' });
  expect(outcome.reuseReason).toContain('it runs on generated glue');
  expect((await run('x')).outcome).toMatchObject({ kind: 'exited', code: 7 });
  expect((await run('trap')).outcome).toMatchObject({ kind: 'crashed', reason: 'trap' });
});

it('a request is answered', { timeout: 120_000 }, async () => {
  const handler = await runnable(await httpHandlerComponent(), { glue: 'jco' });
  let text = '';
  const heads: ResponseHead[] = [];
  const respond = async (head: ResponseHead, body: AnswerBody) => {
    heads.push(head);
    text = await new Response(body ?? null).text();
    return true;
  };
  const head = { method: 'GET', pathWithQuery: '/echo', scheme: 'https', authority: 'shop.test', headers: [] } as const;
  const { outcome } = await runCall(handler, requestOf({ kind: 'http', head, maxBodyBytes: 1_000 }), { respond });
  expect([outcome, heads, text]).toMatchObject([
    { kind: 'responded' },
    [{ kind: 'http', status: 200 }],
    expect.any(String),
  ]);
});

it('a message is handled, or not, and answered', { timeout: 60_000 }, async () => {
  const listener = await runnable(await messagingComponent('listener'), { glue: 'jco' });
  const used: string[] = [];
  const handle = (text: string) => {
    const data = new TextEncoder().encode(text).buffer as ArrayBuffer; // encode() never makes a shared one
    const message = { topic: 't', data, metadata: [['skerry-attempt', '1'] as const] };
    return runCall(listener, requestOf({ kind: 'message', message }), {
      use: async ({ operation }) => {
        used.push(operation);
        return { kind: 'done', value: { ok: true, value: null } };
      },
    });
  };
  expect((await handle('reply hello')).outcome).toMatchObject({ kind: 'ok' });
  expect(used).toEqual(['reply']);
  expect((await handle('fail')).outcome).toMatchObject({ kind: 'err' });
  expect((await handle('trap')).outcome).toMatchObject({ kind: 'crashed' });
});
