/** Chooses who links a component: the harness by the plan, or the glue that came with the artifact. */
import type { ComponentParts } from './component-parts.ts';
import { glueGuest, type Instantiate } from './glue.ts';
import type { Guest } from './guest.ts';
import { LinkedGuest } from './linked-guest.ts';

export function openGuest(instantiate: Instantiate | undefined, parts: ComponentParts): Guest {
  const { linking } = parts.manifest;
  return linking.glue === 'own' ? new LinkedGuest(linking.plan, parts) : glueGuest(instantiate, parts);
}
