/**
 * The catalogue object: one per platform, what lists read and the only writer of policy templates. Supervisors write
 * their entries through their outboxes.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Failure } from '../../src/core/errors.ts';
import type { Page, PageRequest } from '../../src/core/page.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import {
  DEFAULT_TEMPLATE,
  deleteTemplate,
  maximaOf,
  readTemplate,
  templateFailure,
  writeTemplate,
} from '../../src/policy/index.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { Mutex } from '../shared/mutex.ts';
import { Outbox } from '../shared/outbox.ts';
import type { CatalogueContract, CatalogueEntry, ListedComponent, TemplateCopy, WrittenTemplate } from './contract.ts';
import { CatalogueStore } from './store.ts';
import { Subscriptions } from './subscriptions.ts';

/** Time that a writer of `default` waits for the components to have it, in milliseconds. */
const PUSH_WAIT_MS = 5_000;

/** Owed to a component: the newest copy of the template, whatever it is on delivery. */
interface TemplateMessage {
  readonly component: string;
}

export class Catalogue extends DurableObject<Bindings> implements CatalogueContract {
  readonly #store: CatalogueStore;
  readonly #outbox: Outbox<TemplateMessage>;
  readonly #templates = new Mutex();
  /** Of all entries as they are stored, once somebody has asked. */
  #subscriptions: Subscriptions | undefined;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    const db = openDatabase(ctx.storage);
    this.#store = new CatalogueStore(db);
    this.#outbox = new Outbox<TemplateMessage>(db, async ({ component }) => {
      const template = this.#store.template();
      if (template !== undefined) await supervisor(env, component).templateChanged(template);
    });
  }

  async upsert(entry: CatalogueEntry): Promise<void> {
    const behind = entry.templateNumber < (this.#store.template()?.number ?? 0);
    this.#store.transaction(() => {
      this.#put(entry.name, entry.number, entry);
      if (behind) this.#outbox.add(entry.name, { component: entry.name });
    });
    // Not awaited: the supervisor that writes its entry is busy with the change that causes it.
    if (behind) await this.ctx.storage.setAlarm(Date.now());
  }

  async remove(name: string, number: number): Promise<void> {
    this.#put(name, number, null);
  }

  async list(page: PageRequest): Promise<Page<ListedComponent>> {
    const { items, ...rest } = this.#store.list(page);
    return { items: items.map(({ number, templateNumber, subscriptions, ...shown }) => shown), ...rest };
  }

  async subscribers(topic: string): Promise<readonly string[]> {
    this.#subscriptions ??= new Subscriptions(this.#store.subscriptions());
    return this.#subscriptions.of(topic);
  }

  async has(names: readonly string[]): Promise<boolean> {
    const present = new Set(this.#store.names());
    return names.every((name) => present.has(name));
  }

  async defaultTemplate(): Promise<TemplateCopy> {
    const written = this.#store.template();
    if (written !== undefined) return written;
    const maxima = maximaOf(this.env.MAXIMA);
    const found = maxima.ok ? await readTemplate(this.env.POLICIES, DEFAULT_TEMPLATE, maxima.value) : undefined;
    if (found?.ok === true) return { number: 0, text: found.value.text };
    // One that no longer parses is kept as it is: whoever falls back to it is refused, not denied silently.
    return { number: 0, text: found?.ok === false && found.error.kind === 'invalid' ? found.error.text : null };
  }

  writeTemplate(name: string, text: string): Promise<Result<WrittenTemplate, Failure>> {
    return this.#templates.run(async () => {
      const maxima = maximaOf(this.env.MAXIMA);
      if (!maxima.ok) return maxima;
      const now = new Date();
      const written = await writeTemplate(this.env.POLICIES, name, text, maxima.value, now);
      if (!written.ok) return err(templateFailure(written.error));
      if (name === DEFAULT_TEMPLATE) await this.#push(text);
      return ok({ name, hash: written.value.hash, updatedAt: now.toISOString() });
    });
  }

  deleteTemplate(name: string): Promise<Result<void, Failure>> {
    return this.#templates.run(async () => {
      const deleted = await deleteTemplate(this.env.POLICIES, name);
      if (!deleted.ok) return err(templateFailure(deleted.error));
      if (name === DEFAULT_TEMPLATE) await this.#push(null);
      return ok(undefined);
    });
  }

  override async alarm(): Promise<void> {
    await this.#flush();
  }

  #put(name: string, number: number, entry: CatalogueEntry | null): void {
    this.#store.put(name, number, entry);
    this.#subscriptions = undefined;
  }

  async #push(text: string | null): Promise<void> {
    this.#store.transaction(() => {
      this.#store.putTemplate(text);
      for (const component of this.#store.names()) this.#outbox.add(component, { component });
    });
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PUSH_WAIT_MS);
    await Promise.race([this.#flush(), waited]);
    clearTimeout(timer);
  }

  async #flush(): Promise<void> {
    if (this.#outbox.isEmpty()) return;
    // Set first: an object that goes away while it delivers is woken to go on.
    await this.ctx.storage.setAlarm(Date.now() + this.#outbox.retryDelayMs());
    await this.#outbox.flush();
    // Checked and deleted in one turn: what was added meanwhile keeps its alarm.
    if (this.#outbox.isEmpty()) await this.ctx.storage.deleteAlarm();
  }
}
