/** Finds the component that provides each interface which a version imports: the policy says who may, the others what they have. */
import type { ComponentImport } from '../../src/build/manifest.ts';
import { type Misfit, misfits } from '../../src/component/compatibility.ts';
import type { CallableFunction } from '../../src/component/model.ts';
import { type Failure, failure } from '../../src/core/errors.ts';
import type { Result } from '../../src/core/result.ts';
import { compileGrants, type Grants, readPermission } from '../../src/policy/index.ts';

/** Asks a component for the functions of an interface that it exports; none: it does not export it. */
export type AskExports = (
  component: string,
  interfaceName: string,
) => Promise<Result<readonly CallableFunction[], Failure>>;

/** What was found for a version's imports. */
export interface FoundLinks {
  /** The component behind each interface that has one. */
  readonly links: Readonly<Record<string, string>>;
  /** Why others have none, by interface. */
  readonly missing: Readonly<Record<string, string>>;
  /** Where types do not fit, with the component. */
  readonly conflicts: readonly (Misfit & { readonly component: string })[];
}

/** `self`: the importing component, which cannot serve itself. */
export async function findLinks(
  self: string,
  imports: readonly ComponentImport[],
  grants: Grants,
  ask: AskExports,
): Promise<FoundLinks> {
  const links: Record<string, string> = {};
  const missing: Record<string, string> = {};
  const conflicts: (Misfit & { readonly component: string })[] = [];
  const names = namedComponents(grants);
  const decide = compileGrants(grants);
  for (const { interface: name, functions } of imports) {
    const isGranted = (component: string) =>
      functions.some(({ id }) => decide({ capability: 'components', name: component, function: id }).allowed);
    const candidates = names.filter(isGranted);
    const exporters: (readonly [component: string, functions: readonly CallableFunction[]])[] = [];
    const reasons: string[] = [];
    for (const component of candidates) {
      if (component === self) {
        reasons.push(`${component} is the component itself`);
        continue;
      }
      const exported = await ask(component, name);
      if (!exported.ok) reasons.push(`${component}: ${exported.error.message}`);
      else if (exported.value.length === 0) reasons.push(`${component} does not export it`);
      else exporters.push([component, exported.value]);
    }
    const [only, another] = exporters;
    if (only === undefined) missing[name] = reasons.length === 0 ? UNBOUND : reasons.join('; ');
    else if (another !== undefined) missing[name] = several(exporters.map(([component]) => component));
    else {
      const [component, exported] = only;
      const found = misfits(functions, exported);
      if (found.length === 0) links[name] = component;
      else conflicts.push(...found.map((misfit) => ({ ...misfit, component })));
    }
  }
  return { links, missing, conflicts };
}

/** Why a version cannot be deployed; undefined when each of its imports has a component. */
export function linkFailure({ missing, conflicts }: FoundLinks): Failure | undefined {
  const names = Object.keys(missing);
  if (names.length > 0) {
    const message = `the component imports what no other component provides to it: ${names.join(', ')}`;
    return failure('UNSUPPORTED_IMPORT', message, missing);
  }
  const [first] = conflicts;
  if (first === undefined) return undefined;
  const texts = conflicts.map(textOf);
  const { component, function: name, path, imported, exported } = first;
  return failure('CONFLICT', `the component imports other types than are exported: ${texts[0]}`, {
    component,
    function: name,
    path,
    imported,
    exported,
    problems: texts.join('\n'),
  });
}

const UNBOUND =
  'nothing in the policy binds it: allow one component by its name under permissions.components, with the functions of this interface';

function several(components: readonly string[]): string {
  return `several components that the policy allows export it (${components.join(', ')}): allow one, or name functions with their interface`;
}

function textOf({ component, function: name, path, imported, exported }: FoundLinks['conflicts'][number]): string {
  return `${name}${path === '' ? '' : `, ${path}`}: ${imported} is imported, ${component} exports ${exported}`;
}

/** Components that a rule or a grant names in full; a pattern lets calls through and binds nothing. */
function namedComponents({ permissions, runtime }: Grants): string[] {
  const granted = runtime.granted.flatMap((text) => {
    const read = readPermission(text);
    return read.ok && read.value.capability === 'components' ? [read.value.rule.name] : [];
  });
  const names = [...permissions.components.allow.map(({ name }) => name), ...granted];
  return [...new Set(names)].filter((name) => !name.includes('*'));
}
