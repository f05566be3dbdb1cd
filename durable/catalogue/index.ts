/** The catalogue object: one per platform, what lists read. Supervisors write it through their outboxes. */
import { DurableObject } from 'cloudflare:workers';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { Outbox } from '../shared/outbox.ts';
import type { Page, PageRequest, TemplatePush } from '../supervisor/contract.ts';
import type { CatalogueContract, CatalogueEntry } from './contract.ts';
import { CatalogueStore } from './store.ts';

interface TemplateMessage {
  readonly component: string;
  readonly template: TemplatePush;
}

export class Catalogue extends DurableObject<Bindings> implements CatalogueContract {
  readonly #store: CatalogueStore;
  readonly #outbox: Outbox<TemplateMessage>;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    const db = openDatabase(ctx.storage);
    this.#store = new CatalogueStore(db);
    this.#outbox = new Outbox<TemplateMessage>(db, ({ component, template }) =>
      supervisor(env, component).templateChanged(template),
    );
  }

  async upsert(entry: CatalogueEntry): Promise<void> {
    this.#store.put(entry.name, entry.number, entry);
  }

  async remove(name: string, number: number): Promise<void> {
    this.#store.put(name, number, null);
  }

  async list(page: PageRequest): Promise<Page<Omit<CatalogueEntry, 'number'>>> {
    const { items, ...rest } = this.#store.list(page);
    return { items: items.map(({ number, ...shown }) => shown), ...rest };
  }

  async has(names: readonly string[]): Promise<boolean> {
    const present = new Set(this.#store.names());
    return names.every((name) => present.has(name));
  }

  async pushTemplate(template: TemplatePush): Promise<void> {
    this.#store.transaction(() => {
      for (const component of this.#store.names()) this.#outbox.add(component, { component, template });
    });
    await this.#flush();
  }

  override async alarm(): Promise<void> {
    await this.#flush();
  }

  async #flush(): Promise<void> {
    // Set first: an object that goes away while it delivers is woken to go on.
    await this.ctx.storage.setAlarm(Date.now() + this.#outbox.retryDelayMs());
    if (await this.#outbox.flush()) await this.ctx.storage.deleteAlarm();
  }
}
