/**
 * Sessions with the objects that the calls of a shard use: one use of an open session costs half of what one of an object
 * by its name does, and many calls share one.
 */
import type { ProviderUse } from '../../src/capability/provider.ts';

/** The call that uses a session: it tells when it is over. */
export type SessionUser = Pick<ProviderUse, 'life' | 'onEnd'>;

/** Opens the session of a name. It can be used before it is open. */
export type OpenSession<Session> = (name: string) => Session & Disposable & Promise<unknown>;

interface Shared<Session> {
  readonly session: Session & Disposable;
  readonly users: Set<SessionUser['life']>;
}

export class OpenSessions<Session> {
  readonly #open: OpenSession<Session>;
  readonly #shared = new Map<string, Shared<Session>>();

  constructor(open: OpenSession<Session>) {
    this.#open = open;
  }

  /** What `body` comes to. The session stays open until every call that used it is over. */
  async use<T>(name: string, user: SessionUser, body: (session: Session) => Promise<T>): Promise<T> {
    const shared = this.#shared.get(name) ?? this.#begin(name);
    if (!shared.users.has(user.life)) {
      shared.users.add(user.life);
      user.onEnd(() => {
        shared.users.delete(user.life);
        if (shared.users.size === 0) this.#letGo(name, shared);
      });
    }
    try {
      return await body(shared.session);
    } catch (error) {
      // It does not come back when its object has gone away; the next use opens another one.
      this.#letGo(name, shared);
      throw error;
    }
  }

  #begin(name: string): Shared<Session> {
    const session = this.#open(name);
    // Whoever uses it hears of it; nobody waits for the opening by itself.
    session.catch(() => undefined);
    const shared = { session, users: new Set<SessionUser['life']>() };
    this.#shared.set(name, shared);
    return shared;
  }

  #letGo(name: string, shared: Shared<Session>): void {
    if (this.#shared.get(name) === shared) this.#shared.delete(name);
    shared.session[Symbol.dispose]();
  }
}
