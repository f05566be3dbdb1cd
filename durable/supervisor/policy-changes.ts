/** Changes of what a component's policy says: of its own, and of the template that it falls back to. */
import type { Failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import type { TemplateCopy } from '../catalogue/contract.ts';
import type { Bindings } from '../shared/bindings.ts';
import { boundLinks } from './bound-links.ts';
import type { PolicyView } from './contract.ts';
import type { Ledger } from './ledger.ts';
import type { PolicyInForce } from './policy-in-force.ts';
import type { PolicyTexts } from './record.ts';
import type { SupervisorStore } from './store.ts';
import { linkedTo, policyChanged } from './transitions.ts';
import { checkVersion, presentRecord } from './version-check.ts';

export class PolicyChanges {
  readonly #ledger: Ledger;
  readonly #store: SupervisorStore;
  readonly #env: Bindings;

  constructor(ledger: Ledger, env: Bindings) {
    this.#ledger = ledger;
    this.#store = ledger.store;
    this.#env = env;
  }

  async show(): Promise<Result<PolicyView, Failure>> {
    const record = presentRecord(this.#store.record());
    if (!record.ok) return record;
    const policy = await this.#ledger.policyInForce(record.value.policy);
    return policy.ok ? ok(view(policy.value)) : policy;
  }

  set(text: string): Promise<Result<PolicyView, Failure>> {
    return this.#changeOwnPolicy((policy) => ({ ...policy, own: text }));
  }

  delete(): Promise<Result<PolicyView, Failure>> {
    return this.#changeOwnPolicy(({ own: _own, ...policy }) => policy);
  }

  templateChanged(template: TemplateCopy): Promise<void> {
    return this.#ledger.changes.run(async () => {
      const record = this.#store.record();
      if (record?.presence !== 'present' || record.policy.template.number >= template.number) return;
      const texts = { ...record.policy, template };
      const [before, after] = await Promise.all([
        this.#ledger.policyInForce(record.policy),
        this.#ledger.policyInForce(texts),
      ]);
      // Its rules for what may be deployed hold from the next deploy on; what runs goes on running.
      const changes =
        after.ok &&
        !(before.ok && before.value.hash === after.value.hash && before.value.source === after.value.source);
      if (changes) this.#ledger.commit(policyChanged(record, texts, after.value));
      else this.#ledger.commit({ record: { ...record, policy: texts }, facts: [] });
      await this.#ledger.flush();
    });
  }

  #changeOwnPolicy(change: (texts: PolicyTexts) => PolicyTexts): Promise<Result<PolicyView, Failure>> {
    return this.#ledger.changes.run(async () => {
      const present = this.#ledger.present();
      if (!present.ok) return present;
      const { record, active } = present.value;
      const texts = change(record.policy);
      const policy = await this.#ledger.policyInForce(texts);
      if (!policy.ok) return policy;
      const violation = checkVersion(active, policy.value);
      if (violation !== undefined) return err(violation);
      // What the policy does not bind any more keeps its link: its calls are denied, and say so.
      const { links } = await boundLinks(this.#env, record.name, active, policy.value.policy, record.runtime);
      this.#ledger.commit(linkedTo(policyChanged(record, texts, policy.value), { ...record.links, ...links }));
      await this.#ledger.flush();
      return ok(view(policy.value));
    });
  }
}

function view({ policy: { ignored }, source, hash, text }: PolicyInForce): PolicyView {
  return { source, hash, ignored, ...(text === undefined ? {} : { text }) };
}
