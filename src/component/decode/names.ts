/**
 * The grammar of component-level names (Explainer.md, "Import and Export Definitions"). Names that pass are safe to
 * write into WIT, TypeScript and JSON: they hold letters, digits and a few signs only.
 */
import type { Func } from '../model.ts';

const WORD = '[a-z][a-z0-9]*|[A-Z][A-Z0-9]*';
// Digits first, then what they lead to: each text matches in one way only, so no input makes the pattern backtrack.
const FRAGMENT = `[0-9]+(?:${WORD})?|${WORD}`;
const LABEL_PATTERN = new RegExp(`^(?:${WORD})(?:-(?:${FRAGMENT}))*$`);
const INTERFACE_PATTERN =
  /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*):([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\/([a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*)(?:@([0-9A-Za-z.+-]+))?$/;
const VERSION_PATTERN = /^\d+(?:\.\d+(?:\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?)?$/;

/** Longest name, in characters: longer ones only make answers large. */
const MAX_NAME_LENGTH = 200;

export interface InterfaceName {
  readonly namespace: string;
  readonly package: string;
  readonly interface: string;
  readonly version?: string;
}

/** True for a WIT label: kebab case, each word in one case. */
export function isLabel(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && LABEL_PATTERN.test(text);
}

/** Takes `ns:pkg/iface@1.2.3` apart; undefined when the text is not an interface name. */
export function parseInterfaceName(text: string): InterfaceName | undefined {
  if (text.length > MAX_NAME_LENGTH) return undefined;
  const match = INTERFACE_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, namespace, packageName, label, version] = match;
  if (namespace === undefined || packageName === undefined || label === undefined || !isLabel(label)) return undefined;
  if (version === undefined) return { namespace, package: packageName, interface: label };
  if (!VERSION_PATTERN.test(version)) return undefined;
  return { namespace, package: packageName, interface: label, version };
}

export type FunctionName = Pick<Func, 'name' | 'kind' | 'resource'>;

/** Takes `f`, `[constructor]r`, `[method]r.f` or `[static]r.f` apart; undefined when the text is none of them. */
export function parseFunctionName(text: string): FunctionName | undefined {
  if (isLabel(text)) return { name: text, kind: 'freestanding' };
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.([^.]+))?$/.exec(text);
  const [, kind, resource, name] = match ?? [];
  if (resource === undefined || !isLabel(resource)) return undefined;
  if (kind === 'constructor') return name === undefined ? { name: resource, kind, resource } : undefined;
  if (name === undefined || !isLabel(name)) return undefined;
  return { name, kind: kind === 'method' ? 'method' : 'static', resource };
}
