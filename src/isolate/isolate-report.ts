/** What an isolate says about its own state with an outcome: memory and reuse. As untrusted as the outcome. */
import { ISOLATE_PAGES } from '../core/limits.ts';
import type { PagesHeld } from '../core/page-ledger.ts';
import { countOf, cut, ownFields, textOf } from './untrusted.ts';

/** Characters of the reason why instances are not used again: it is shown in a status. */
const MAX_REASON = 500;

/** Absent: the isolate did not say. */
export interface IsolateReport {
  readonly held?: PagesHeld;
  readonly reuse?: Reuse;
  /** Whether the call's instance was used before, or made for it. */
  readonly instance?: 'restored' | 'fresh';
}

/** Whether instances of a component are used again, and if not, why. */
export interface Reuse {
  readonly enabled: boolean;
  readonly reason?: string;
}

/** Reads the isolate's words about its own state; what does not fit is left out. */
export function readIsolateReport(outcome: unknown): IsolateReport {
  const fields = ownFields(outcome);
  const pages = fields.get('pages');
  const instances = countOf(fields.get('instances'));
  const callPages = Math.min(countOf(fields.get('callPages')), ISOLATE_PAGES);
  const reuse = fields.get('reuse');
  const reason = textOf(fields.get('reuseReason'));
  return {
    ...(pages === undefined
      ? {}
      : {
          held: {
            pages: Math.min(countOf(pages), ISOLATE_PAGES),
            ...(instances === 0 ? {} : { instances }),
            ...(callPages === 0 ? {} : { callPages }),
          },
        }),
    ...(reuse === 'restored' || reuse === 'fresh'
      ? {
          instance: reuse,
          reuse: reason === '' ? { enabled: true } : { enabled: false, reason: cut(reason, MAX_REASON) },
        }
      : {}),
  };
}
