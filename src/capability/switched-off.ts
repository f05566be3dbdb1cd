/** PURE: the providers that an operator has stopped, from a Worker variable. */
import { PROVIDERS, type ProviderName } from '../isolate/protocol.ts';

/**
 * Names divided by commas. With a name that no provider has all are stopped: which one was meant is not known, and none
 * may run against the operator's will.
 */
export function switchedOff(variable: string | undefined): {
  readonly stopped: ReadonlySet<ProviderName>;
  readonly unknown: readonly string[];
} {
  const names = (variable ?? '').split(',').flatMap((name) => name.trim() || []);
  const stopped = PROVIDERS.filter((provider) => names.includes(provider));
  const unknown = names.filter((name) => !PROVIDERS.some((provider) => provider === name));
  return { stopped: new Set(unknown.length === 0 ? stopped : PROVIDERS), unknown };
}
