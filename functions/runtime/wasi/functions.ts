/** Host functions by the names that components import them under, over the objects of one call. */
import { lowerCamelCase, upperCamelCase } from '../../../src/component/names.ts';
import type { WasiContext } from './context.ts';
import { createWasi } from './index.ts';
import { parseFunctionName } from './names.ts';

type HostFunction = (...values: readonly unknown[]) => unknown;

/** Finds host functions for one call; a method gets its object as the first value. An interface is made when first asked for. */
export function hostFunctions(context: WasiContext): (interfaceName: string, name: string) => HostFunction {
  const interfaces = new Map<string, object>();
  return (interfaceName, name) => {
    const known = interfaces.get(interfaceName);
    const members = known ?? createWasi([interfaceName], context)[interfaceName];
    if (members === undefined) throw new Error(`nothing provides ${interfaceName}`);
    if (known === undefined) interfaces.set(interfaceName, members);
    return bind(members, name);
  };
}

function bind(members: object, text: string): HostFunction {
  const { kind, resource, name } = parseFunctionName(text);
  const key = lowerCamelCase(name);
  if (kind === 'freestanding' || resource === undefined) return functionAt(members, key);
  const owner = functionAt(members, upperCamelCase(resource));
  switch (kind) {
    case 'constructor':
      return (...values) => Reflect.construct(owner, values);
    case 'static':
      return functionAt(owner, key);
    case 'method': {
      const method = functionAt(owner.prototype, key);
      return (self, ...values) => Reflect.apply(method, self, values);
    }
  }
}

function functionAt(owner: object, key: string): HostFunction {
  const value: unknown = Reflect.get(owner, key);
  if (typeof value !== 'function') throw new Error(`the platform has no function ${key}`);
  return value as HostFunction; // the plan's types say what it takes, the platform's tests that it takes it
}
