/** `wasi:http/outgoing-handler`, as far as a shard has a part in it: whether a request may be sent, and to where exactly. */
import { z } from 'zod';
import { networkRequest } from '../../policy/index.ts';
import { metadataOf } from '../metadata.ts';
import { denied, done, invalid, type Provider, type ProviderAnswer, type ProviderUse } from '../provider.ts';
import type { HttpAdmission } from './contract.ts';

/** The longest name has 253 characters, with a port behind it; user info is refused anyway. */
const MAX_AUTHORITY_CHARACTERS = 512;

const inputSchema = z.strictObject({
  scheme: z.enum(['http', 'https']),
  authority: z
    .string()
    .max(MAX_AUTHORITY_CHARACTERS)
    // What ends an authority would make a path, a query or a fragment of its rest; a URL parser drops line ends and tabs.
    .regex(/^[^/\\?#\s]+$/),
});

/** The provider of one shard; it holds nothing. */
export function httpProvider(): Provider {
  return {
    metadata: metadataOf('http'),
    initialise: async () => undefined,
    invoke: async (use) => (use.operation === 'request' ? admit(use) : invalid('http has the operation `request`')),
    shutDown: async () => undefined,
  };
}

/** Reads the authority as the request will be sent, asks for that, and counts what is let through. */
function admit(use: ProviderUse): ProviderAnswer {
  const { success, data } = inputSchema.safeParse(use.input);
  const url = success ? URL.parse(`${data.scheme}://${data.authority}/`) : null;
  if (url === null) return invalid('the request names no host');
  const request = networkRequest(url);
  // Never what stands before the host: it may be a password.
  if (!request.ok) return denied(use.refuse({ capability: 'network', resource: url.origin, rule: request.error }));
  const decision = use.allow(request.value);
  if (!decision.allowed) return denied(decision);
  const budget = use.subrequest();
  if (!budget.allowed) return { kind: 'refused', reason: 'exhausted', message: budget.rule };
  return done({ origin: url.origin } satisfies HttpAdmission);
}
