/**
 * The only place where a guest's failure gets a platform code. What comes out of an isolate is untrusted data: it is
 * read field by field, and whatever does not fit is a crash.
 */
import { type Failure, failure } from '../core/errors.ts';
import type { FactOutcome } from '../core/facts.ts';

/** How a call ended, for the answer (`json` or `failure`) and for the facts. */
export interface Settled {
  readonly outcome: FactOutcome;
  readonly answer:
    | { readonly kind: 'json'; readonly status: 200 | 422; readonly json: string }
    | { readonly kind: 'failure'; readonly failure: Failure };
  readonly fuel: number;
}

/** Characters of a trap's text. It comes from V8 and the glue, and is cut, since a guest may choose its own. */
const MAX_TRAP_TEXT = 500;

/** Characters of any other text in an outcome: a message, a path, what was expected. */
const MAX_TEXT = 2_000;

export function settle(outcome: unknown, timeoutMs: number): Settled {
  const fields = ownFields(outcome);
  const fuel = fuelOf(fields.get('fuel'));
  const kind = fields.get('kind');
  switch (kind) {
    case 'ok':
    case 'err': {
      const json = fields.get('json');
      if (typeof json !== 'string') return crashed('the isolate gave no answer', 'trap', 'trap', fuel);
      return { outcome: kind, answer: { kind: 'json', status: kind === 'ok' ? 200 : 422, json }, fuel };
    }
    case 'refused':
      return {
        outcome: 'refused',
        answer: {
          kind: 'failure',
          failure: failure('INVALID_REQUEST', text(fields.get('message')), {
            field: text(fields.get('path')),
            expected: text(fields.get('expected')),
          }),
        },
        fuel,
      };
    case 'crashed':
      return crash(fields, fuel);
    case 'timeout':
      return {
        outcome: 'timeout',
        answer: {
          kind: 'failure',
          failure: failure(
            'TIMEOUT',
            `the call did not end within ${timeoutMs} ms: make it do less, or raise its limit`,
            {
              timeoutMs: String(timeoutMs),
            },
          ),
        },
        fuel,
      };
    default:
      return crashed('the isolate gave no answer', 'trap', 'trap', fuel);
  }
}

/** The isolate itself failed: it threw, could not be loaded, or went away. */
export function settleLost(error: unknown): Settled {
  const message = messageOf(error);
  if (/memory/i.test(message)) return crashed(message, 'out-of-memory', 'out-of-memory', 0);
  return crashed(message, 'trap', 'trap', 0);
}

function crash(fields: Map<string, unknown>, fuel: number): Settled {
  const why = text(fields.get('text'));
  switch (fields.get('reason')) {
    case 'out-of-fuel':
      return {
        outcome: 'out-of-fuel',
        answer: {
          kind: 'failure',
          failure: failure('OUT_OF_FUEL', 'the call used up its fuel: make it do less', { fuel: String(fuel) }),
        },
        fuel,
      };
    case 'out-of-memory':
      return crashed(why, 'out-of-memory', 'out-of-memory', fuel);
    case 'too-large':
      return {
        outcome: 'trap',
        answer: { kind: 'failure', failure: failure('TOO_LARGE', why || 'the result is too large') },
        fuel,
      };
    default:
      return crashed(why, 'trap', 'trap', fuel);
  }
}

function crashed(why: string, reason: string, outcome: FactOutcome, fuel: number): Settled {
  const trap = cut(why, MAX_TRAP_TEXT);
  return {
    outcome,
    answer: {
      kind: 'failure',
      failure: failure('COMPONENT_CRASHED', `the component crashed (${reason}): ${trap}`, { reason, trap }),
    },
    fuel,
  };
}

/** What the meter counted; a guest's number counts only where it can be one. */
function fuelOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? cut(value, MAX_TEXT) : '';
}

/** A cut never leaves half a character. */
function cut(value: string, maxCharacters: number): string {
  return value.slice(0, maxCharacters).toWellFormed();
}

/** What an error says, if it says it in text. A DOMException's message is a getter, hence not `ownFields`. */
function messageOf(error: unknown): string {
  try {
    return text(typeof error === 'object' && error !== null && 'message' in error ? error.message : error);
  } catch {
    return '';
  }
}

/** Own data properties only: a getter or a prototype is not an answer, and neither is a proxy that throws. */
function ownFields(value: unknown): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map();
  try {
    return new Map(
      Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, descriptor]) => [key, descriptor.value]),
    );
  } catch {
    return new Map();
  }
}
