/**
 * Puts the toll in front of every host function. The glue sees what `PROVIDED_INTERFACES` lists and nothing else, and
 * each of these functions is wrapped here: one that is free cannot be written by mistake.
 */
import { lowerCamelCase, upperCamelCase } from '../../../src/component/names.ts';
import { UNITS_PER_RESOURCE } from '../limits.ts';
import type { Toll } from '../toll.ts';
import { WasiFailure } from './failure.ts';
import { type FunctionPath, parseFunctionName } from './names.ts';
import { priceOf, sizeOf } from './prices.ts';
import { PROVIDED_INTERFACES } from './provided.ts';
import { assign, Resource, tollOf } from './resource.ts';

type HostFunction = (...values: unknown[]) => unknown;
type ResourceClass = new (...values: unknown[]) => object;
type Members = Readonly<Record<string, unknown>>;

/** One function: where the glue looks it up, and what it costs. */
interface Entry {
  readonly key: string;
  readonly price: ReturnType<typeof priceOf>;
}

interface ClassEntries {
  readonly key: string;
  readonly constructors: readonly Entry[];
  readonly methods: readonly Entry[];
  readonly statics: readonly Entry[];
}

interface InterfaceEntries {
  readonly functions: readonly Entry[];
  readonly classes: readonly ClassEntries[];
}

const INTERFACES: ReadonlyMap<string, InterfaceEntries> = new Map(
  Object.keys(PROVIDED_INTERFACES).map((name) => [name, entriesOf(name)]),
);

function entriesOf(name: string): InterfaceEntries {
  const { functions = [], resources = [] } = PROVIDED_INTERFACES[name] ?? {};
  const entries = (kind: FunctionPath['kind'], resource?: string) =>
    functions
      .map((text) => ({ ...parseFunctionName(text), price: priceOf(name, text) }))
      .filter((path) => path.kind === kind && path.resource === resource)
      .map((path): Entry => ({ key: lowerCamelCase(path.name), price: path.price }));
  const classes = resources.map((resource) => ({
    key: upperCamelCase(resource),
    constructors: entries('constructor', resource),
    methods: entries('method', resource),
    statics: entries('static', resource),
  }));
  return { functions: entries('freestanding'), classes };
}

/** Puts the toll in front of the methods of an interface's classes. Once for each class, for all calls share them. */
export function chargeMethods(name: string, members: Members): void {
  for (const { key: owner, methods } of INTERFACES.get(name)?.classes ?? []) {
    const prototype = classOf(members, owner).prototype;
    for (const { key, price } of methods) {
      const method = functionOf(prototype, key);
      const value = function (this: unknown, ...values: unknown[]) {
        return pay(tollOf(this), price, method, this, values);
      };
      Object.defineProperty(prototype, key, { value, writable: true, configurable: true });
    }
  }
}

/** An interface for one call: its functions charge `toll`, and the resources that they make belong to the call. */
export function chargedInterface(name: string, members: Members, toll: Toll): object {
  const charged: Record<string, unknown> = {};
  const { functions, classes } = INTERFACES.get(name) ?? { functions: [], classes: [] };
  for (const { key, price } of functions) charged[key] = chargedFunction(members, key, price, toll);
  for (const entries of classes) charged[entries.key] = chargedClass(classOf(members, entries.key), entries, toll);
  return charged;
}

function chargedFunction(owner: object, key: string, price: Entry['price'], toll: Toll): HostFunction {
  const run = functionOf(owner, key);
  return (...values) => pay(toll, price, run, owner, values);
}

/** A class of one call over the shared one: `instanceof` holds for the objects of both. */
function chargedClass(shared: ResourceClass, { constructors, statics }: ClassEntries, toll: Toll): object {
  const [made] = constructors;
  const construct: HostFunction = (...values) => new shared(...values);
  function charged(...values: unknown[]) {
    if (made === undefined) throw new TypeError('the resource has no constructor');
    return pay(toll, made.price, construct, undefined, values);
  }
  charged.prototype = shared.prototype;
  for (const { key, price } of statics) {
    Object.defineProperty(charged, key, { value: chargedFunction(shared, key, price, toll) });
  }
  return charged;
}

/** Runs a host function at its price. The size of a result is known, and charged, when it is there: each is bounded. */
function pay(toll: Toll, price: Entry['price'], run: HostFunction, self: unknown, values: readonly unknown[]): unknown {
  toll.take(price(self, values));
  let returned: unknown;
  try {
    returned = Reflect.apply(run, self, values);
  } catch (error) {
    throw received(toll, error);
  }
  if (!(returned instanceof Promise)) return receive(toll, returned);
  return returned.then(
    (value: unknown) => receive(toll, value),
    (error: unknown) => {
      throw received(toll, error);
    },
  );
}

function received(toll: Toll, error: unknown): unknown {
  if (error instanceof WasiFailure) receive(toll, error.payload);
  return error;
}

/** Charges what a function came to, an error value included, and gives the resources in it to the call. */
function receive(toll: Toll, value: unknown): unknown {
  if (typeof value === 'object' || typeof value === 'string') {
    toll.take(sizeOf(value));
    claim(value, toll);
  }
  return value;
}

/** Resources by themselves, in lists and tuples, and in the cases of a variant. */
function claim(value: unknown, toll: Toll): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof Resource) {
    toll.take(UNITS_PER_RESOURCE);
    assign(value, toll);
  } else if (Array.isArray(value)) for (const each of value) claim(each, toll);
  else if ('val' in value) claim(value.val, toll);
}

function classOf(members: Members, key: string): ResourceClass {
  return functionOf(members, key) as unknown as ResourceClass; // the keys of an interface's resources hold classes
}

function functionOf(owner: object, key: string): HostFunction {
  const value: unknown = Reflect.get(owner, key);
  if (typeof value !== 'function') throw new Error(`the platform's own ${key} is not a function`);
  return value as HostFunction; // what its type cannot say: the glue checks arguments against WIT
}
