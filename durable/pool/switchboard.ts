/** The other components of the platform, as the provider `components` of a shard calls them: through their own pools. */
import type { Switchboard } from '../../src/capability/components/provider.ts';
import { type Bindings, pool } from '../shared/bindings.ts';

export function switchboard(env: Pick<Bindings, 'POOLS'>, linked: Switchboard['linked']): Switchboard {
  return {
    linked,
    async call(component, { id, function: name, body, request, hops, chain, remainingMs }) {
      const { answer } = await pool(env, component).call({
        id,
        task: { kind: 'function', function: name, body },
        request,
        hops,
        // The policy that binds them is the operator's word: it stands for a token.
        caller: { authenticated: true, invoke: true },
        nested: { chain, remainingMs },
      });
      return answer;
    },
    abort: (component, id) => pool(env, component).abort(id, 'client-gone'),
  };
}
