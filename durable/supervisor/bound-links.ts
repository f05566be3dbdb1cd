/** Which components a version is bound to: asks those that its policy and its grants name what they export. */
import { err, ok } from '../../src/core/result.ts';
import { grantsOf, POLICY_ALONE, type Policy, type RuntimeGrants } from '../../src/policy/index.ts';
import { type Bindings, supervisor } from '../shared/bindings.ts';
import { type FoundLinks, findLinks } from './component-links.ts';
import type { VersionRecord } from './record.ts';

/** `runtime`: what was granted and revoked since; nothing for a component that is new. */
export function boundLinks(
  env: Bindings,
  name: string,
  { componentImports }: VersionRecord,
  policy: Policy,
  runtime: RuntimeGrants = POLICY_ALONE,
): Promise<FoundLinks> {
  return findLinks(name, componentImports, grantsOf(policy, runtime), async (component, interfaceName) => {
    const exported = await supervisor(env, component).exportsOf(interfaceName);
    return exported.ok ? ok(exported.value) : err(exported.error);
  });
}
