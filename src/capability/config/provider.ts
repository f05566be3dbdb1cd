/** The provider `config`: the component's environment and secrets, as far as the grants of the moment let them be seen. */
import { ownFields } from '../../isolate/untrusted.ts';
import { metadataOf } from '../metadata.ts';
import { denied, done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import type { Environment } from './contract.ts';

/** `visible` gives what the grants of the moment show. */
export function configProvider(visible: () => Promise<Environment>): Provider {
  return {
    metadata: metadataOf('config'),
    initialise: async () => undefined,
    invoke: (use) => invoke(visible, use),
    shutDown: async () => undefined,
  };
}

async function invoke(visible: () => Promise<Environment>, use: ProviderUse): Promise<ProviderAnswer> {
  if (use.operation === 'getAll') return done(await visible());
  if (use.operation !== 'get') return invalid('not an operation of config');
  const key = ownFields(use.input).get('key');
  if (typeof key !== 'string') return invalid('not a key');
  const values = await visible();
  // Asked last: nothing is waited for between the decision and the answer.
  const decision = use.allow({ capability: 'environment', key });
  if (!decision.allowed) return denied(decision);
  return done(values.find(([name]) => name === key)?.[1] ?? null);
}
