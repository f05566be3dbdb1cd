/**
 * The only place where a guest's failure gets a platform code. What comes out of an isolate is untrusted data: it is
 * read field by field, and whatever does not fit is a crash.
 */
import { type Failure, failure } from '../core/errors.ts';
import type { FactOutcome } from '../core/facts.ts';
import type { AbortReason } from './protocol.ts';
import { countOf, cut, messageOf, ownFields, textOf } from './untrusted.ts';

/** A command that came to its end. Without the output that went to the call's sink. */
export interface Exited {
  readonly kind: 'exited';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** There was more output than a response may have. */
  readonly truncated: boolean;
}

/** How a call ended, for the answer (`json` or `failure`) and for the facts. */
export interface Settled {
  readonly outcome: FactOutcome;
  readonly answer:
    | { readonly kind: 'json'; readonly status: 200 | 422; readonly json: string }
    | Exited
    /** The answer went to the call's sink, and all of its body. */
    | { readonly kind: 'responded' }
    | { readonly kind: 'failure'; readonly failure: Failure };
  readonly fuel: number;
}

/** What the shard knows about a call and the isolate cannot be asked. */
export interface CallFrame {
  readonly timeoutMs: number;
  /** The part of it that the call may compute; absent: all of it. */
  readonly cpuMs?: number | undefined;
  /** Why the shard ended the call, if it did: only then is an `aborted` of the isolate believed. */
  readonly aborted?: AbortReason | undefined;
  /** Whether the isolate has handed over the head of an answer: only then can it have handed over all of it. */
  readonly responded?: boolean;
}

/** Characters of a trap's text. It comes from V8 and the glue, and is cut, since a guest may choose its own. */
const MAX_TRAP_TEXT = 500;

export function settle(outcome: unknown, { timeoutMs, cpuMs, aborted, responded }: CallFrame): Settled {
  const fields = ownFields(outcome);
  const fuel = countOf(fields.get('fuel'));
  const kind = fields.get('kind');
  switch (kind) {
    case 'ok':
    case 'err': {
      const json = fields.get('json');
      if (typeof json !== 'string') return noAnswer(fuel);
      return { outcome: kind, answer: { kind: 'json', status: kind === 'ok' ? 200 : 422, json }, fuel };
    }
    case 'exited':
      return exited(fields, fuel);
    case 'responded':
      return responded === true ? { outcome: 'ok', answer: { kind: 'responded' }, fuel } : noAnswer(fuel);
    case 'failed': {
      const error = textOf(fields.get('error'));
      const message = `the component answered with the error ${error} instead of a response`;
      return failed('err', failure('COMPONENT_CRASHED', message, { reason: 'error-code', error }), fuel);
    }
    case 'refused': {
      const details = { field: textOf(fields.get('path')), expected: textOf(fields.get('expected')) };
      return failed('refused', failure('INVALID_REQUEST', textOf(fields.get('message')), details), fuel);
    }
    case 'crashed':
      return crash(fields, fuel);
    case 'timeout':
      return cpuMs !== undefined && fields.get('of') === 'cpu' ? outOfCpu(cpuMs, fuel) : timedOut(timeoutMs, fuel);
    case 'aborted':
      return aborted === undefined ? noAnswer(fuel) : { ...settleAborted(aborted, timeoutMs), fuel };
    default:
      return noAnswer(fuel);
  }
}

/** The call was ended from outside, before the isolate had an answer. */
export function settleAborted(reason: AbortReason, timeoutMs: number): Settled {
  switch (reason) {
    case 'timeout':
      return timedOut(timeoutMs, 0);
    case 'killed': {
      const message =
        'the call was ended, since the component was stopped or removed: it may have done part of its work';
      return failed('killed', failure('COMPONENT_CRASHED', message, { reason: 'killed' }), 0);
    }
    case 'client-gone':
      return failed('client-gone', clientGone(), 0);
  }
}

/** What a client would hear that is not there any more. */
export function clientGone(): Failure {
  const message = 'the call was ended, since the client went away before its answer';
  return failure('COMMUNICATION_FAILURE', message, { reason: 'client-gone' });
}

/** The isolate itself failed in the middle of a call: it threw, used up its Worker's memory or time, or went away. */
export function settleLost(error: unknown, { timeoutMs, cpuMs = timeoutMs }: CallFrame): Settled {
  const message = messageOf(error);
  if (/exceeded.*memory|out of memory/i.test(message)) return crashed(message, 'out-of-memory', 0);
  if (/exceeded.*(cpu|time)/i.test(message)) return outOfCpu(cpuMs, 0);
  const why = 'the connection to the component was lost during the call: it may have done part of its work';
  return failed('connection-error', failure('COMMUNICATION_FAILURE', why, { reason: 'connection-error' }), 0);
}

/** Exit codes have eight bits. */
const MAX_EXIT_CODE = 255;

function exited(fields: Map<string, unknown>, fuel: number): Settled {
  const stdout = fields.get('stdout');
  const stderr = fields.get('stderr');
  if (typeof stdout !== 'string' || typeof stderr !== 'string') return noAnswer(fuel);
  const code = Math.min(countOf(fields.get('code')), MAX_EXIT_CODE);
  const answer = { kind: 'exited', code, stdout, stderr, truncated: fields.get('truncated') === true } as const;
  return { outcome: code === 0 ? 'ok' : 'err', answer, fuel };
}

function crash(fields: Map<string, unknown>, fuel: number): Settled {
  const why = textOf(fields.get('text'));
  switch (fields.get('reason')) {
    case 'out-of-fuel': {
      const details = { fuel: String(fuel) };
      const message = 'the call used up its fuel: make it do less, or raise its limit';
      return failed('out-of-fuel', failure('OUT_OF_FUEL', message, details), fuel);
    }
    case 'out-of-memory':
      return crashed(why, 'out-of-memory', fuel);
    case 'too-large':
      return failed('trap', failure('TOO_LARGE', why || 'the result is too large'), fuel);
    default:
      return crashed(why, 'trap', fuel);
  }
}

function noAnswer(fuel: number): Settled {
  return crashed('the isolate gave no answer', 'trap', fuel);
}

function crashed(why: string, reason: 'trap' | 'out-of-memory', fuel: number): Settled {
  const trap = cut(why, MAX_TRAP_TEXT);
  const message = `the component crashed (${reason}): ${trap}`;
  return failed(reason, failure('COMPONENT_CRASHED', message, { reason, trap }), fuel);
}

function timedOut(timeoutMs: number, fuel: number): Settled {
  const message = `the call did not end within ${timeoutMs} ms: make it do less, or raise its limit`;
  return failed('timeout', failure('TIMEOUT', message, { of: 'wall', timeoutMs: String(timeoutMs) }), fuel);
}

function outOfCpu(cpuMs: number, fuel: number): Settled {
  const message = `the call computed for more than ${cpuMs} ms: make it do less, or raise its limit of CPU time`;
  return failed('timeout', failure('TIMEOUT', message, { of: 'cpu', cpuMs: String(cpuMs) }), fuel);
}

function failed(outcome: FactOutcome, reason: Failure, fuel: number): Settled {
  return { outcome, answer: { kind: 'failure', failure: reason }, fuel };
}
