/**
 * The build object: takes a staged upload, builds it once, keeps source and artifact in R2 while anyone refers to them.
 * It never holds the source: that streams between R2 and the builder isolate.
 *
 * Its alarm stands whenever something is left to do: a provisional reference to check, or bytes to delete.
 */
import { DurableObject } from 'cloudflare:workers';
import { readManifest } from '../../src/build/artifact-store.ts';
import { sourceKey } from '../../src/build/keys.ts';
import { BUILDER_VERSION, type Manifest } from '../../src/build/manifest.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import { err, ok, type Result } from '../../src/core/result.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { openDatabase } from '../shared/database.ts';
import { deleteBytes, deleteOlderArtifacts, keepSource } from './artifacts.ts';
import type { AcquireRequest, BuildContract, ReferenceKey } from './contract.ts';
import { decideReferences } from './references.ts';
import { buildRunner } from './runner.ts';
import { BuildStore } from './store.ts';

/** Time until a check or a deletion that failed is tried again, in milliseconds. */
const RETRY_MS = 60_000;

type BuildResult = Result<Manifest, Failure>;

export class Build extends DurableObject<Bindings> implements BuildContract {
  readonly #store: BuildStore;
  #building: Promise<BuildResult> | undefined;
  /** Requests that need the bytes to stay while they run. */
  #using = 0;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new BuildStore(openDatabase(ctx.storage));
  }

  async acquire({ digest, component, reference, stagingKey }: AcquireRequest): Promise<BuildResult> {
    this.#store.open(digest);
    this.#store.refer({ component, reference }, Date.now());
    // In the same turn, so that no reference is ever stored without it: an object that goes away is woken to clean up.
    const alarm = this.#setAlarm();
    return this.#use(async () => {
      let built: BuildResult | undefined;
      try {
        await alarm;
        built = await withPlatformErrors(async () => {
          await keepSource(this.env.ARTIFACTS, digest, stagingKey);
          return this.#buildOnce(digest);
        });
        return built;
      } finally {
        if (built?.ok !== true) this.#store.dropProvisional(reference);
      }
    });
  }

  async ensure(digest: string): Promise<BuildResult> {
    if (this.#store.digest() === undefined) return err(sourceGone(digest));
    return this.#use(() =>
      withPlatformErrors(async () => {
        if ((await this.env.ARTIFACTS.head(sourceKey(digest))) === null) return err(sourceGone(digest));
        return this.#buildOnce(digest);
      }),
    );
  }

  async confirm(digest: string, key: ReferenceKey): Promise<void> {
    this.#store.open(digest);
    this.#store.confirm(key, Date.now());
    await this.#settle();
  }

  async release(_digest: string, { reference }: ReferenceKey): Promise<void> {
    if (this.#store.digest() === undefined) return;
    this.#store.release(reference);
    await this.#settle();
  }

  /** Checks provisional references whose time is up. */
  override async alarm(): Promise<void> {
    const digest = this.#store.digest();
    if (digest === undefined) return;
    const decision = decideReferences(this.#store.references(), Date.now());
    let missed = false;
    for (const { component, reference } of decision.kind === 'check' ? decision.due : []) {
      try {
        if (await supervisor(this.env, component).refersTo(digest, reference)) this.#store.confirmKnown(reference);
        else this.#store.dropProvisional(reference);
      } catch (error) {
        missed = true;
        console.error({ message: 'a reference could not be checked', component, reference, error: String(error) });
      }
    }
    await this.#settle(missed ? Date.now() + RETRY_MS : 0);
  }

  /** Nothing is deleted while `work` runs; the last to end settles. */
  async #use<T>(work: () => Promise<T>): Promise<T> {
    this.#using += 1;
    try {
      return await work();
    } finally {
      this.#using -= 1;
      await this.#settle();
    }
  }

  /** Single flight: callers that come while a build runs share it. */
  #buildOnce(digest: string): Promise<BuildResult> {
    this.#building ??= this.#build(digest).finally(() => {
      this.#building = undefined;
    });
    return this.#building;
  }

  async #build(digest: string): Promise<BuildResult> {
    const bucket = this.env.ARTIFACTS;
    if (this.#store.builderVersion() === BUILDER_VERSION) {
      const manifest = await readManifest(bucket, digest);
      if (manifest !== undefined) return ok(manifest);
    }
    const source = await bucket.head(sourceKey(digest));
    if (source === null) return err(sourceGone(digest));
    const answer = await buildRunner(this.ctx).run(digest, source.size);
    // A copy: RPC gives its results a disposer, and one that is handed on keeps this object from going away.
    const built = answer.ok ? ok(answer.value) : err(answer.error);
    if (!built.ok) return built;
    this.#store.artifactPassed(BUILDER_VERSION);
    await deleteOlderArtifacts(bucket, digest).catch((error: unknown) => {
      // They go with the source at the latest.
      console.error({ message: 'older artifacts were not deleted', digest, error: String(error) });
    });
    return built;
  }

  /** Deletes the bytes, or sets the alarm that the references ask for, no earlier than `notBefore`. */
  async #settle(notBefore = 0): Promise<void> {
    const digest = this.#store.digest();
    if (digest === undefined) return;
    await this.#setAlarm(notBefore);
    const decision = decideReferences(this.#store.references(), Date.now());
    if (decision.kind === 'collect' && this.#using === 0) await this.#collect(digest);
  }

  /** Not async, and reads no clock but its own: the storage hears of the alarm in this very turn. */
  #setAlarm(notBefore = 0): Promise<void> {
    const now = Date.now();
    const decision = decideReferences(this.#store.references(), now);
    switch (decision.kind) {
      case 'collect':
        return this.ctx.storage.setAlarm(now + RETRY_MS);
      case 'check':
        return this.ctx.storage.setAlarm(Math.max(now, notBefore));
      case 'wait':
        return this.ctx.storage.setAlarm(Math.max(decision.at, notBefore));
      case 'keep':
        return this.ctx.storage.deleteAlarm();
    }
  }

  /** Nobody gets in between; if R2 fails, the alarm tries again. */
  async #collect(digest: string): Promise<void> {
    await this.ctx.blockConcurrencyWhile(async () => {
      if (this.#using > 0 || this.#store.references().length > 0) return;
      try {
        await deleteBytes(this.env.ARTIFACTS, digest);
        await this.ctx.storage.deleteAlarm();
        await this.ctx.storage.deleteAll();
      } catch (error) {
        console.error({ message: 'bytes were not deleted', digest, error: String(error) });
      }
    });
  }
}

/** R2 or the loader does not work: a failure that says so, for the caller may try again. */
async function withPlatformErrors(work: () => Promise<BuildResult>): Promise<BuildResult> {
  try {
    return await work();
  } catch (error) {
    console.error({ message: 'a build failed for a reason of the platform', error: String(error) });
    return err(failure('COMMUNICATION_FAILURE', 'the component could not be built or stored: try again'));
  }
}

function sourceGone(digest: string): Failure {
  return failure('INTERNAL_ERROR', 'the stored bytes of this version are gone: upload the component again', { digest });
}
