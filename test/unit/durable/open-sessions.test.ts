/** Sessions that the calls of a shard share: opened once, let go with the last call, and opened anew when one has failed. */
import { expect, it } from 'vitest';
import { OpenSessions, type SessionUser } from '../../../durable/pool/open-sessions.ts';
import { CALL_LIFE } from '../../support/call-life.ts';

/** Sessions that say which ones they are, and keep a record of what became of them. */
function sessions() {
  const events: string[] = [];
  let opened = 0;
  const open = new OpenSessions((name) => {
    opened += 1;
    const id = `${name}${opened}`;
    events.push(`open ${id}`);
    return Object.assign(Promise.resolve(), { id, [Symbol.dispose]: () => void events.push(`close ${id}`) });
  });
  const idIn = (name: string, user: SessionUser) => open.use(name, user, async ({ id }) => id);
  return { open, events, idIn };
}

/** A call that ends when it is told. */
function call() {
  const endings: (() => void)[] = [];
  const user: SessionUser = { life: { ...CALL_LIFE }, onEnd: (body) => void endings.push(body) };
  const end = () => {
    for (const body of endings) body();
  };
  return { user, endings, end };
}

it('all calls use one session, which stays open until the last of them is over', async () => {
  const { events, idIn } = sessions();
  const [first, second] = [call(), call()];
  const ids = [await idIn('a', first.user), await idIn('a', first.user), await idIn('a', second.user)];
  expect(ids).toEqual(['a1', 'a1', 'a1']);
  expect(first.endings).toHaveLength(1);
  first.end();
  expect(events).toEqual(['open a1']);
  second.end();
  expect(events).toEqual(['open a1', 'close a1']);
});

it('a call that begins when all others are over opens another one', async () => {
  const { idIn } = sessions();
  const [first, second] = [call(), call()];
  await idIn('a', first.user);
  first.end();
  expect(await idIn('a', second.user)).toBe('a2');
});

it('each name has a session of its own', async () => {
  const { idIn } = sessions();
  const { user } = call();
  expect([await idIn('a', user), await idIn('b', user)]).toEqual(['a1', 'b2']);
});

it('one that has failed is let go, and the next use opens another one that lasts as long as any', async () => {
  const { open, events, idIn } = sessions();
  const { user, end } = call();
  const failure = new Error('the object went away');
  await expect(open.use('a', user, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await idIn('a', user)).toBe('a2');
  expect(events).toEqual(['open a1', 'close a1', 'open a2']);
  end();
  expect(events).toContain('close a2');
});

it('a session that cannot be opened fails whoever uses it, and nobody else', async () => {
  const failure = new Error('the object cannot be reached');
  const open = new OpenSessions(() =>
    Object.assign(Promise.reject(failure), { get: () => Promise.reject(failure), [Symbol.dispose]: () => undefined }),
  );
  await expect(open.use('a', call().user, (session) => session.get())).rejects.toBe(failure);
});
