/** What one call does with its capabilities: counted, checked against the grants of the moment, and recorded where refused. */
import type { ReplyAddress } from '../../src/capability/messaging/contract.ts';
import type { CallIdentity, CallLife, Denial } from '../../src/capability/provider.ts';
import type { ProviderRegistry } from '../../src/capability/registry.ts';
import type { FactBody } from '../../src/core/facts.ts';
import type { LogSeverity } from '../../src/core/log-levels.ts';
import { Turns } from '../../src/core/turns.ts';
import { type CapabilityAnswer, PROVIDERS, type ProviderName } from '../../src/isolate/protocol.ts';
import { ownFields } from '../../src/isolate/untrusted.ts';
import type { AccessRequest, Decide, Decision } from '../../src/policy/access.ts';
import { type Grants, NO_GRANTS } from '../../src/policy/grants.ts';
import { resourceOf } from '../../src/policy/resource.ts';

/** Different refusals of one call that become facts; a guest that tries everything fills no log. */
const MAX_DENIALS_PER_CALL = 20;

/**
 * Uses of one call that are under way at a time: each may hold a batch of some MiB in the shard, for all components there. A guest
 * has one or two, and streams that read ahead.
 */
const MAX_RUNNING = 8;

/** Uses of one call that wait for others to be done. No guest has that many; what waits is held in the shard. */
const MAX_WAITING = 256;

/** What the shard gives a call to work with. */
export interface UseFrame {
  readonly caller: CallIdentity;
  /** Where the answer to the message goes that the call is the delivery of. */
  readonly replyTo?: ReplyAddress | undefined;
  readonly providers: ProviderRegistry;
  /** The grants of this moment. */
  readonly decide: Decide;
  /** The same as data. */
  readonly grants: () => Grants;
  /** Uses that the call may make. */
  readonly maxUses: number;
  /** Requests to other hosts that the call may make. */
  readonly maxSubrequests: number;
  readonly life: CallLife;
  readonly tell: (fact: FactBody) => void;
}

export class CallUses {
  readonly #frame: UseFrame;
  readonly #told = new Set<string>();
  readonly #endings: (() => void)[] = [];
  readonly #turns = new Turns(MAX_RUNNING, MAX_WAITING);
  #uses = 0;
  #subrequests = 0;
  #open = true;

  constructor(frame: UseFrame) {
    this.#frame = frame;
  }

  /** One use; what it says comes from the isolate. Never rejects. */
  async use(asked: unknown): Promise<CapabilityAnswer> {
    if (!this.#open) return refused('unavailable', 'the call is over');
    const { caller, providers, maxUses, replyTo } = this.#frame;
    if (this.#uses >= maxUses) {
      this.#tell({ capability: 'capabilityUses', resource: String(maxUses), rule: 'resources.limits.capabilityUses' });
      return refused('exhausted', `the call has made its ${maxUses} uses of capabilities`);
    }
    this.#uses += 1;
    const fields = ownFields(asked);
    const provider = PROVIDERS.find((name): name is ProviderName => name === fields.get('provider'));
    const operation = fields.get('operation');
    if (provider === undefined || typeof operation !== 'string') return refused('invalid', 'not a use of a capability');
    if (!(await this.#turns.enter())) {
      return this.#open
        ? refused('exhausted', `the call has more than ${MAX_WAITING} uses of capabilities that wait`)
        : refused('unavailable', 'the call is over');
    }
    const answer = await providers.invoke(provider, {
      operation,
      input: fields.get('input'),
      caller,
      ...(replyTo === undefined ? {} : { replyTo }),
      life: this.#frame.life,
      allow: (request) => this.allow(request),
      allowAny: (requests) => this.allowAny(requests),
      refuse: (denial) => this.refuse(denial),
      subrequest: () => this.subrequest(),
      grants: () => (this.#open ? this.#frame.grants() : NO_GRANTS),
      onEnd: (body) => this.#onEnd(body),
    });
    this.#turns.leave();
    return this.#open ? answer : refused('unavailable', 'the call is over');
  }

  /** Asks the grants of this moment, and records a refusal. After the call nothing is allowed. */
  allow(request: AccessRequest): Decision {
    return this.allowAny([request]);
  }

  /** The same for several of which one is enough; the refusal of the first is recorded when there is none. */
  allowAny(requests: readonly [AccessRequest, ...AccessRequest[]]): Decision {
    const decisions = requests.map((request) => this.#decide(request));
    const decision = decisions.find(({ allowed }) => allowed) ?? this.#decide(requests[0]);
    if (!decision.allowed) this.#tell({ ...resourceOf(requests[0]), rule: decision.rule });
    return decision;
  }

  /** Whether the guest may log at a level, also for what it did before the call was over. A refusal is recorded. */
  mayLog(level: LogSeverity): boolean {
    const request = { capability: 'logging', level } as const;
    const decision = this.#frame.decide(request);
    if (!decision.allowed) this.#tell({ ...resourceOf(request), rule: decision.rule });
    return decision.allowed;
  }

  /** Records what the platform itself refuses, whatever the policy says. */
  refuse(denial: Denial): Decision {
    this.#tell(denial);
    return { allowed: false, rule: denial.rule };
  }

  /** Counts a request to another host, and refuses the one that is too many. */
  subrequest(): Decision {
    const { maxSubrequests } = this.#frame;
    if (this.#subrequests >= maxSubrequests) {
      this.#tell({ capability: 'subrequests', resource: String(maxSubrequests), rule: 'resources.limits.subrequests' });
      return { allowed: false, rule: `the call has made its ${maxSubrequests} requests to other hosts` };
    }
    this.#subrequests += 1;
    return { allowed: true, rule: 'resources.limits.subrequests' };
  }

  /** Uses that the call may still make. */
  get usesLeft(): number {
    return this.#frame.maxUses - this.#uses;
  }

  /** Requests to other hosts that it may still send, each of them a use. */
  get requestsLeft(): number {
    return Math.min(this.usesLeft, this.#frame.maxSubrequests - this.#subrequests);
  }

  /** Counts as many requests as there may be, up to `most`: they are sent without asking. */
  lend(most: number): number {
    const requests = this.#open ? Math.min(most, this.requestsLeft) : 0;
    this.giveBack(-requests);
    return requests;
  }

  /** Those that were lent and not sent do not count. */
  giveBack(requests: number): void {
    this.#uses -= requests;
    this.#subrequests -= requests;
  }

  /** Requests to other hosts that were let through, and what is lent. */
  get subrequests(): number {
    return this.#subrequests;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#turns.close();
    for (const body of this.#endings) body();
  }

  #onEnd(body: () => void): void {
    if (this.#open) this.#endings.push(body);
    else body();
  }

  #decide(request: AccessRequest): Decision {
    return this.#open ? this.#frame.decide(request) : { allowed: false, rule: 'the call is over' };
  }

  #tell(denial: Denial): void {
    const key = JSON.stringify(denial);
    if (this.#told.has(key) || this.#told.size >= MAX_DENIALS_PER_CALL) return;
    this.#told.add(key);
    const { version, instance, request } = this.#frame.caller;
    this.#frame.tell({ type: 'CapabilityDenied', version, instance, request, ...denial });
  }
}

function refused(reason: 'unavailable' | 'exhausted' | 'invalid', message: string): CapabilityAnswer {
  return { kind: 'refused', reason, message };
}
