/** Deploys of one component: a version is planned, built, bound and checked before any of it is stored. */
import { toFailure } from '../../src/build/build-failure.ts';
import type { Failure } from '../../src/core/errors.ts';
import { MAX_VERSION_RECORD_CHARACTERS } from '../../src/core/limits.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { type Bindings, build, catalogue } from '../shared/bindings.ts';
import { boundLinks } from './bound-links.ts';
import { linkFailure } from './component-links.ts';
import type { DeployReceipt, DeployRequest } from './contract.ts';
import { versionRecord } from './describe.ts';
import type { Ledger } from './ledger.ts';
import type { PolicyTexts, VersionKey, VersionRecord } from './record.ts';
import type { SupervisorStore } from './store.ts';
import { deployed, linkedTo, planDeploy, policyChanged, surplusVersions } from './transitions.ts';
import { checkVersion } from './version-check.ts';

export class Deploys {
  readonly #ledger: Ledger;
  readonly #store: SupervisorStore;
  readonly #env: Bindings;

  constructor(ledger: Ledger, env: Bindings) {
    this.#ledger = ledger;
    this.#store = ledger.store;
    this.#env = env;
  }

  /** Stores what is deployed and what it owes to others, and delivers that; a refusal leaves nothing. */
  deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    return this.#ledger.changes.run(() => this.#deploy(request));
  }

  async #deploy(request: DeployRequest): Promise<Result<DeployReceipt, Failure>> {
    const { name, digest } = request;
    const before = this.#store.record();
    const plan = planDeploy(before, this.#store.versionKeys(), request);
    if (!plan.ok) return plan;
    const current = before?.presence === 'present' ? before : undefined;
    const texts = await this.#policyTexts(current?.policy, request.policyText);
    const policy = await this.#ledger.policyInForce(texts);
    if (!policy.ok) return policy;

    const { kind, version: label } = plan.value;
    const known = kind === 'create' ? undefined : this.#store.version(label);
    const made = await this.#stored(request, label, known);
    if (!made.ok) return made;
    const version = made.value;
    const isNewReference = version.reference !== known?.reference;
    const found = await boundLinks(this.#env, name, version, policy.value.policy, current?.runtime);
    const violation = linkFailure(found) ?? checkVersion(version, policy.value);
    if (violation !== undefined) {
      if (isNewReference) await this.#giveBack(name, version);
      return err(violation);
    }

    this.#store.open();
    const save = () => {
      if (!isNewReference) return;
      this.#store.saveVersion(version);
      this.#ledger.outbox.add(`build:${digest}`, { kind: 'confirm', digest, reference: version.reference });
      if (known !== undefined)
        this.#ledger.outbox.add(`build:${digest}`, { kind: 'release', digest, reference: known.reference });
      this.#ledger.giveUp(surplusVersions(this.#store.versionKeys(), version.version));
    };
    const created = kind === 'create';
    if (kind !== 'unchanged' || current === undefined) {
      const change = deployed(name, before, version, texts, created, Date.now());
      this.#ledger.commit(linkedTo(change, found.links), save);
    } else if (request.policyText !== undefined && request.policyText !== current.policy.own) {
      this.#ledger.commit(linkedTo(policyChanged(current, texts, policy.value), found.links), save);
    } else if (isNewReference) {
      this.#ledger.commit({ record: current, facts: [] }, save);
    }
    await this.#ledger.flush();
    const functions = version.functions.map((fn) => fn.name);
    return ok({
      created: created || current === undefined,
      name,
      version: version.version,
      digest,
      state: current?.state ?? 'running',
      functions,
    });
  }

  /** The version with its bytes in place: a known one whose bytes were lost is stored anew from the upload. */
  async #stored(
    request: DeployRequest,
    label: string,
    known: VersionRecord | undefined,
  ): Promise<Result<VersionRecord, Failure>> {
    const { name: component, digest, stagingKey, source } = request;
    if (known !== undefined && (await build(this.#env, digest).ensure(digest)).ok) return ok(known);
    const reference = crypto.randomUUID();
    const built = await build(this.#env, digest).acquire({ digest, component, reference, stagingKey });
    if (!built.ok) return built;
    const version = versionRecord(built.value, {
      version: label,
      reference,
      source,
      now: known?.createdAt ?? Date.now(),
    });
    if (JSON.stringify(version).length <= MAX_VERSION_RECORD_CHARACTERS) return ok(version);
    await this.#giveBack(component, version);
    return err(
      toFailure({ stage: 'world', reason: 'its functions and their types are too many to be kept: export fewer' }),
    );
  }

  #giveBack(component: string, { digest, reference }: VersionKey): Promise<void> {
    return build(this.#env, digest).release(digest, { component, reference });
  }

  /** The texts a deploy runs under: a policy that came along replaces the own one; the template is the newest. */
  async #policyTexts(current: PolicyTexts | undefined, own: string | undefined): Promise<PolicyTexts> {
    const newest = await catalogue(this.#env).defaultTemplate();
    const template = current !== undefined && current.template.number > newest.number ? current.template : newest;
    const kept = own ?? current?.own;
    return kept === undefined ? { template } : { own: kept, template };
  }
}
