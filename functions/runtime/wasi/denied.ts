/**
 * Makes interfaces that link and refuse. A refusal is the interface's own error; a function that has no error to return
 * belongs to a resource that no guest can hold, for every way to get one is refused.
 */
import { lowerCamelCase, upperCamelCase } from '../../../src/component/names.ts';
import { WasiFailure } from './failure.ts';
import { parseFunctionName } from './names.ts';
import { PROVIDED_INTERFACES } from './provided.ts';
import { Resource } from './resource.ts';

type Refuse = () => never;

/** Everything that `PROVIDED_INTERFACES` lists for an interface, refusing with the error value `payload`. */
export function deniedInterface(name: string, payload: unknown): Record<string, unknown> {
  Object.freeze(payload); // the glue of every call gets the same one
  const refuse: Refuse = () => {
    throw new WasiFailure(payload);
  };
  const functions = PROVIDED_INTERFACES[name]?.functions ?? [];
  const made: Record<string, unknown> = {};
  for (const resource of PROVIDED_INTERFACES[name]?.resources ?? []) {
    made[upperCamelCase(resource)] = deniedResource(resource, functions, refuse);
  }
  for (const text of functions) {
    const { kind, name: plain } = parseFunctionName(text);
    if (kind === 'freestanding') made[lowerCamelCase(plain)] = () => refuse();
  }
  return made;
}

/** The class of one resource, all of whose functions among `functions` refuse. */
function deniedResource(resource: string, functions: readonly string[], refuse: Refuse): new () => object {
  const made = class extends Resource {};
  Object.defineProperty(made, 'name', { value: upperCamelCase(resource) });
  for (const text of functions) {
    const path = parseFunctionName(text);
    if (path.resource !== resource || path.kind === 'constructor') continue;
    const owner = path.kind === 'static' ? made : made.prototype;
    Object.defineProperty(owner, lowerCamelCase(path.name), {
      value: () => refuse(),
      writable: true,
      configurable: true,
    });
  }
  return made;
}
