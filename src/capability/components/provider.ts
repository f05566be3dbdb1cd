/**
 * Calls of other components: through their own pools, with their own limits, for as long as the caller lasts. Which component
 * it is says the caller's config; whether it may be called, the grants of the moment.
 */
import type { Failure } from '../../core/errors.ts';
import { MAX_CALL_DEPTH, MAX_REQUEST_BYTES } from '../../core/limits.ts';
import { ownFields } from '../../isolate/untrusted.ts';
import { metadataOf } from '../metadata.ts';
import { denied, done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import type { ComponentAnswer, ComponentCall } from './contract.ts';

/**
 * What a callee has beyond the time of its caller, in milliseconds: it is ended by the caller's end, which has to be what is
 * told, and by its own deadline only where that end did not get through.
 */
const CALLEE_GRACE_MS = 250;

/** One call as it goes to a component. */
export interface OutgoingCall {
  readonly id: string;
  /** Full id: `demo:pricing/quotes@1.0.0#quote`. */
  readonly function: string;
  readonly body: ArrayBuffer;
  readonly request: string;
  /** Messages in a row that led to it. */
  readonly hops: number;
  readonly chain: readonly string[];
  readonly remainingMs: number;
}

/** What a pool answers. */
export type PoolReply =
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** The way to other components. */
export interface Switchboard {
  /** The component that provides an interface to the caller. */
  linked(interfaceName: string): string | undefined;
  /** Answers also with kinds that only other tasks have; those are no reply to a function. */
  call(component: string, call: OutgoingCall): Promise<PoolReply | { readonly kind: string }>;
  abort(component: string, id: string): Promise<void>;
}

export class ComponentsProvider implements Provider {
  readonly metadata = metadataOf('components');
  readonly #switchboard: Switchboard;
  /** What the calls that have called others wait for, by instance: each has one thread. They go with those calls. */
  readonly #callers = new Map<string, Caller>();

  constructor(switchboard: Switchboard) {
    this.#switchboard = switchboard;
  }

  async initialise(): Promise<void> {}

  async invoke(use: ProviderUse): Promise<ProviderAnswer> {
    const call = use.operation === 'call' ? readCall(use.input) : undefined;
    if (call === undefined) return invalid('not a call of another component');
    const component = this.#switchboard.linked(call.interface);
    if (component === undefined) return invalid('the component imports no such interface');
    const caller = this.#caller(use);
    if (caller.waitsFor !== undefined) return invalid('the component waits for another call');
    const id = `${call.interface}#${call.function}`;
    const decision = use.allow({ capability: 'components', name: component, function: id });
    if (!decision.allowed) return denied(decision);
    const endless = whyEndless(use.life.chain, component);
    if (endless !== undefined) {
      return denied(use.refuse({ capability: 'components', resource: `${component}#${id}`, rule: endless }));
    }
    caller.waitsFor = { component, id: crypto.randomUUID() };
    try {
      return done(await this.#call(caller.waitsFor, id, call.body, use));
    } finally {
      caller.waitsFor = undefined;
    }
  }

  async shutDown(): Promise<void> {}

  /** When it is over, what it waits for is over as well. */
  #caller({ caller: { instance }, onEnd }: ProviderUse): Caller {
    const known = this.#callers.get(instance);
    if (known !== undefined) return known;
    const caller: Caller = { waitsFor: undefined };
    this.#callers.set(instance, caller);
    onEnd(() => {
      this.#callers.delete(instance);
      const { waitsFor } = caller;
      // Its own deadline ends it where this message is lost.
      if (waitsFor !== undefined) this.#switchboard.abort(waitsFor.component, waitsFor.id).catch(() => undefined);
    });
    return caller;
  }

  async #call(
    { component, id }: Waited,
    name: string,
    body: ArrayBuffer,
    { caller: { request }, life }: ProviderUse,
  ): Promise<ComponentAnswer> {
    const { chain, hops = 0 } = life;
    const remainingMs = Math.max(0, life.remainingMs()) + CALLEE_GRACE_MS;
    const reply = await this.#switchboard.call(component, {
      id,
      function: name,
      body,
      request,
      hops,
      chain,
      remainingMs,
    });
    if ('json' in reply) return { kind: 'answer', json: reply.json };
    if ('failure' in reply)
      return { kind: 'failed', component, code: reply.failure.code, message: told(reply.failure) };
    throw new Error('a pool answered a function with something else');
  }
}

/** A call of a component that has not been answered, by the id under which it can be ended. */
interface Waited {
  readonly component: string;
  readonly id: string;
}

interface Caller {
  waitsFor: Waited | undefined;
}

/** What a caller is told. What a guest said when it crashed stays in its own component. */
function told({ code, message, details }: Failure): string {
  return code === 'COMPONENT_CRASHED' ? `it crashed (${details?.['reason'] ?? 'trap'})` : message;
}

/** Why a call would go round in circles, or too deep; undefined when it does not. */
function whyEndless(chain: readonly string[], component: string): string | undefined {
  if (chain.includes(component)) {
    return `a component cannot be called while it waits for the answer: ${[...chain, component].join(' → ')}`;
  }
  return chain.length >= MAX_CALL_DEPTH ? `at most ${MAX_CALL_DEPTH} components may call each other` : undefined;
}

function readCall(input: unknown): ComponentCall | undefined {
  const fields = ownFields(input);
  const [from, name, body] = ['interface', 'function', 'body'].map((key) => fields.get(key));
  if (typeof from !== 'string' || typeof name !== 'string' || !(body instanceof ArrayBuffer)) return undefined;
  return body.byteLength > MAX_REQUEST_BYTES ? undefined : { interface: from, function: name, body };
}
