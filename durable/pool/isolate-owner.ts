/**
 * The isolates of a shard, one per version. What fails before the guest runs (R2, the loader) is the platform's failure and
 * is told apart from a crash; the next call tries a new isolate, since the loader remembers a failed one under its id.
 */
import { artifactKey } from '../../src/build/keys.ts';
import { failure } from '../../src/core/errors.ts';
import { type Settled, settle, settleAborted, settleLost } from '../../src/isolate/guest-error.ts';
import { type IsolateReport, readIsolateReport } from '../../src/isolate/isolate-report.ts';
import { type LoadedIsolate, loadIsolate } from '../../src/isolate/loader.ts';
import type { CallCapabilities, CallRequest } from '../../src/isolate/protocol.ts';
import { type Bindings, build } from '../shared/bindings.ts';
import type { CallEnd } from './call-end.ts';
import type { ServingConfig } from './contract.ts';
import type { SingleAnswer } from './single-answer.ts';

/** Added to a call's deadline, and to its end from outside, before the shard gives up on the isolate, in milliseconds. */
const ISOLATE_GRACE_MS = 250;

/** The same for an isolate that has not answered yet: its artifact is read and compiled first, up to 16 MiB of it. */
const COLD_ISOLATE_GRACE_MS = 10_000;

type Env = Pick<Bindings, 'LOADER' | 'ARTIFACTS' | 'BUILDS'>;

/** What the shard has of a call that it lets an isolate run. */
export interface RunFrame {
  readonly capabilities: CallCapabilities;
  readonly answers: Pick<SingleAnswer, 'given' | 'refused'>;
  readonly end: CallEnd;
}

/** A call that has been answered for; the isolate may need a moment more. */
export interface IsolateRun {
  readonly settled: Settled;
  /** What the isolate said when it was done with the call; nothing when it never was. Never rejects. */
  readonly done: Promise<{ readonly report: IsolateReport; readonly fuel: number }>;
}

interface Opened {
  readonly key: string;
  readonly isolate: LoadedIsolate;
  /** It has answered, so it need not be loaded any more. */
  warm: boolean;
}

/** Names the isolate of a config: what waits and runs under one name shares its memory. */
export function isolateName({ incarnation, digest }: Pick<ServingConfig, 'incarnation' | 'digest'>): string {
  return `${incarnation}:${digest}`;
}

/** Keeps the number of the attempt: another life of the shard finds the isolate of this one, and none that failed. */
export interface IsolateAttempts {
  attempt(): number;
  saveAttempt(attempt: number): void;
}

export class IsolateOwner {
  readonly #env: Env;
  readonly #shardId: string;
  readonly #attempts: IsolateAttempts;
  readonly #onLost: (name: string) => void;
  #current: Opened | undefined;

  /** `onLost` hears the name of each isolate that went away. */
  constructor(env: Env, shardId: string, attempts: IsolateAttempts, onLost: (name: string) => void) {
    this.#env = env;
    this.#shardId = shardId;
    this.#attempts = attempts;
    this.#onLost = onLost;
  }

  /** Runs one call to its end, to its deadline, or until `end` says so. Never rejects. */
  async run(config: ServingConfig, request: CallRequest, frame: RunFrame): Promise<IsolateRun> {
    const { end } = frame;
    const opened = this.#tryOpen(config);
    if (opened === undefined) return { settled: NOT_LOADED, done: Promise.resolve({ report: {}, fuel: 0 }) };
    const graceMs = opened.warm ? ISOLATE_GRACE_MS : COLD_ISOLATE_GRACE_MS;
    const deadline = setTimeout(() => end.abort('timeout'), request.timeoutMs + graceMs);
    const answered = this.#answer(config, opened, request, frame);
    const { promise: ended, resolve } = Promise.withResolvers<Settled>();
    const stopListening = end.onAbort((reason) => resolve(settleAborted(reason, request.timeoutMs)));
    const settled = await Promise.race([answered.then((answer) => answer.settled), ended]);
    stopListening();
    clearTimeout(deadline);
    return { settled, done: end.reason === undefined ? answered.then(summary) : withinGrace(answered.then(summary)) };
  }

  async #answer(
    config: ServingConfig,
    opened: Opened,
    request: CallRequest,
    { capabilities, answers, end }: RunFrame,
  ): Promise<Answer> {
    const { timeoutMs, cpuMs } = request;
    try {
      const outcome: unknown = await opened.isolate.entrypoint.call(request, capabilities);
      opened.warm = true;
      const aborted = end.reason ?? (answers.refused ? 'client-gone' : undefined);
      return {
        settled: settle(outcome, { timeoutMs, cpuMs, aborted, responded: answers.given }),
        report: readIsolateReport(outcome),
      };
    } catch (error) {
      this.#drop(opened, config);
      const loadError = opened.isolate.loadError(error);
      const { component } = config;
      if (loadError !== undefined) {
        console.error({ message: 'an isolate could not be loaded', component, error: String(loadError) });
        return { settled: NOT_LOADED, report: {} };
      }
      console.error({ message: 'an isolate was lost', component, error: String(error) });
      return { settled: settleLost(error, { timeoutMs, cpuMs }), report: {} };
    }
  }

  /** Undefined when the loader throws; the next call tries another id. */
  #tryOpen(config: ServingConfig): Opened | undefined {
    try {
      return this.#open(config);
    } catch (error) {
      this.#countFailure();
      const { component } = config;
      console.error({ message: 'an isolate could not be loaded', component, error: String(error) });
      return undefined;
    }
  }

  #open(config: ServingConfig): Opened {
    const { digest, component, incarnation } = config;
    const cpuMs = config.cpuMs ?? config.timeoutMs;
    const key = `${isolateName(config)}:${cpuMs}`;
    if (this.#current?.key !== key) {
      const owner = `${component}:${incarnation}:${this.#shardId}`;
      const spec = { digest, owner, attempt: this.#attempts.attempt(), cpuMs };
      const isolate = loadIsolate(this.#env.LOADER, spec, () => this.#artifact(digest));
      this.#current = { key, isolate, warm: false };
    }
    return this.#current;
  }

  #drop(opened: Opened, config: ServingConfig): void {
    if (this.#current !== opened) return;
    this.#current = undefined;
    this.#countFailure();
    this.#onLost(isolateName(config));
  }

  #countFailure(): void {
    this.#attempts.saveAttempt(this.#attempts.attempt() + 1);
  }

  /** One read; a release with a newer builder finds nothing there yet and has it built from the source. */
  async #artifact(digest: string): Promise<ArrayBuffer> {
    const stored = await this.#env.ARTIFACTS.get(artifactKey(digest));
    if (stored !== null) return stored.arrayBuffer();
    const rebuilt = await build(this.#env, digest).ensure(digest);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const fresh = await this.#env.ARTIFACTS.get(artifactKey(digest));
    if (fresh === null) throw new Error('the artifact of this version is gone');
    return fresh.arrayBuffer();
  }
}

interface Answer {
  readonly settled: Settled;
  readonly report: IsolateReport;
}

type Summary = Awaited<IsolateRun['done']>;

const NOT_LOADED: Settled = {
  outcome: 'platform',
  answer: {
    kind: 'failure',
    failure: failure('COMMUNICATION_FAILURE', 'the component could not be loaded: try again', { reason: 'not-loaded' }),
  },
  fuel: 0,
};

function summary({ settled: { fuel }, report }: Answer): Summary {
  return { report, fuel };
}

/** The summary, or an empty one when the isolate does not end the call in time. */
async function withinGrace(done: Promise<Summary>): Promise<Summary> {
  const { promise: late, resolve } = Promise.withResolvers<Summary>();
  const timer = setTimeout(() => resolve({ report: {}, fuel: 0 }), ISOLATE_GRACE_MS);
  const first = await Promise.race([done, late]);
  clearTimeout(timer);
  return first;
}
