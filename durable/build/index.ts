/**
 * The build object: takes a staged upload, builds it once, keeps source and artifact in R2 while anyone refers to them.
 * It never holds the bytes: they stream between R2 and the builder isolate.
 */
import { DurableObject } from 'cloudflare:workers';
import { readManifest } from '../../src/build/artifact-store.ts';
import { toFailure } from '../../src/build/build-failure.ts';
import { buildInIsolate } from '../../src/build/builder-isolate.ts';
import { artifactKey, sourceKey } from '../../src/build/keys.ts';
import { BUILDER_VERSION, type Manifest } from '../../src/build/manifest.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { loadIsolate } from '../../src/isolate/loader.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import type { AcquireRequest, BuildContract } from './contract.ts';
import { decideReferences } from './references.ts';
import { BuildStore } from './store.ts';

export class Build extends DurableObject<Bindings> implements BuildContract {
  readonly #store: BuildStore;
  #building: Promise<Result<Manifest, Failure>> | undefined;
  #taking: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new BuildStore(openDatabase(ctx.storage));
  }

  async acquire({ digest, component, stagingKey }: AcquireRequest): Promise<Result<Manifest, Failure>> {
    this.#store.open(digest);
    this.#store.refer(component, Date.now());
    await this.#takeSource(digest, stagingKey);
    const built = await this.#buildOnce(digest);
    if (!built.ok) this.#store.release(component);
    await this.#settle();
    return built;
  }

  async ensure(digest: string): Promise<Result<Manifest, Failure>> {
    if (this.#store.digest() === undefined) return err(sourceGone(digest));
    const built = await this.#buildOnce(digest);
    // A release that came during the build has left the collecting to its end.
    await this.#settle();
    return built;
  }

  async confirm(digest: string, component: string): Promise<void> {
    this.#store.open(digest);
    this.#store.confirm(component, Date.now());
    await this.#settle();
  }

  async release(digest: string, component: string): Promise<void> {
    if (this.#store.digest() === undefined) return;
    this.#store.open(digest);
    this.#store.release(component);
    await this.#settle();
  }

  /** Checks provisional references whose time is up. */
  override async alarm(): Promise<void> {
    const digest = this.#store.digest();
    if (digest === undefined) return;
    const decision = decideReferences(this.#store.references(), Date.now());
    if (decision.kind === 'check') {
      for (const component of decision.components) {
        if (await supervisor(this.env, component).refersTo(digest)) this.#store.confirm(component, Date.now());
        else this.#store.release(component);
      }
    }
    await this.#settle();
  }

  /** Copies the staged bytes to their lasting key, once; whoever staged them removes them. */
  async #takeSource(digest: string, stagingKey: string): Promise<void> {
    while (this.#taking !== undefined) await this.#taking.catch(() => undefined);
    if (!this.#store.hasSource()) {
      this.#taking = this.#copySource(digest, stagingKey).finally(() => {
        this.#taking = undefined;
      });
      await this.#taking;
    }
  }

  async #copySource(digest: string, stagingKey: string): Promise<void> {
    const staged = await this.env.ARTIFACTS.get(stagingKey);
    if (staged === null) throw new Error('the staged upload is gone');
    await this.env.ARTIFACTS.put(sourceKey(digest), staged.body);
    this.#store.sourceStored();
  }

  /** Single flight: callers that come while a build runs share it. */
  #buildOnce(digest: string): Promise<Result<Manifest, Failure>> {
    this.#building ??= this.#build(digest).finally(() => {
      this.#building = undefined;
    });
    return this.#building;
  }

  async #build(digest: string): Promise<Result<Manifest, Failure>> {
    if (this.#store.builderVersion() === BUILDER_VERSION) {
      const manifest = await readManifest(this.env.ARTIFACTS, digest);
      if (manifest !== undefined) return ok(manifest);
    }
    const source = await this.env.ARTIFACTS.get(sourceKey(digest));
    if (source === null) return err(sourceGone(digest));
    const built = await buildInIsolate(this.env.LOADER, source.body, { digest, sourceBytes: source.size });
    if (!built.ok) return err(toFailure(built.error));
    const key = artifactKey(digest);
    const { readable, writable } = new FixedLengthStream(built.value.bytes);
    await Promise.all([built.value.artifact.pipeTo(writable), this.env.ARTIFACTS.put(key, readable)]);
    const smoke = await this.#smoke(digest);
    if (!smoke.ok) {
      await this.env.ARTIFACTS.delete(key);
      return smoke;
    }
    this.#store.artifactStored(BUILDER_VERSION);
    return ok(built.value.manifest);
  }

  /** The last stage: one instance is made, in an isolate of its own. */
  async #smoke(digest: string): Promise<Result<void, Failure>> {
    try {
      const isolate = loadIsolate(this.env.LOADER, { digest, owner: `smoke:${crypto.randomUUID()}` }, async () => {
        const artifact = await this.env.ARTIFACTS.get(artifactKey(digest));
        if (artifact === null) throw new Error('the artifact is gone');
        return artifact.arrayBuffer();
      });
      const outcome = await isolate.smoke();
      if (outcome.ok === true) return ok(undefined);
      return err(toFailure({ stage: 'smoke', reason: `it does not start: ${String(outcome.error).slice(0, 500)}` }));
    } catch (error) {
      // Only V8's own refusal of the modules can end here: the harness reports what the guest does.
      return err(toFailure({ stage: 'smoke', reason: `it does not load: ${String(error).slice(0, 500)}` }));
    }
  }

  /** Collects, or sets the alarm that the references ask for. */
  async #settle(): Promise<void> {
    const digest = this.#store.digest();
    if (digest === undefined || this.#building !== undefined || this.#taking !== undefined) return;
    const decision = decideReferences(this.#store.references(), Date.now());
    switch (decision.kind) {
      case 'collect':
        await this.#collect(digest);
        break;
      case 'check':
        await this.ctx.storage.setAlarm(Date.now());
        break;
      case 'wait':
        await this.ctx.storage.setAlarm(decision.at);
        break;
      case 'keep':
        await this.ctx.storage.deleteAlarm();
        break;
    }
  }

  async #collect(digest: string): Promise<void> {
    await this.ctx.blockConcurrencyWhile(async () => {
      const builderVersion = this.#store.builderVersion() ?? BUILDER_VERSION;
      await this.env.ARTIFACTS.delete([sourceKey(digest), artifactKey(digest, builderVersion)]);
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    });
  }
}

function sourceGone(digest: string): Failure {
  return failure('INTERNAL_ERROR', 'the stored bytes of this version are gone: upload the component again', { digest });
}
