/** The tables of a plan, filled as things are referred to: equal types and functions share an entry. */
import type { Func, TypeNode } from '../decode/nodes.ts';
import type { ValueShape } from '../decode/syntax.ts';
import { lowerCamelCase } from '../names.ts';
import {
  type CoreRef,
  type LinkPlan,
  type PlanFunction,
  type PlanLift,
  type PlanOptions,
  type PlanResource,
  type PlanTrampoline,
  type PlanType,
  Unplannable,
} from './plan.ts';
import type { CoreItem, LinkFunc, ResolvedOptions } from './scope.ts';

/** What stands behind a resource type. */
export type ResourceOrigin =
  | { readonly kind: 'host'; readonly interface: string; readonly name: string }
  | { readonly kind: 'guest'; readonly instance: number; readonly destructor: CoreItem | undefined };

/** A list whose entries are found again by a key. */
class Table<T> {
  readonly entries: T[] = [];
  readonly #indices = new Map<unknown, number>();

  /** The index of the entry under `key`, made when it is not there yet. */
  index(key: unknown, make: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const entry = make();
    const index = this.entries.length;
    this.entries.push(entry);
    this.#indices.set(key, index);
    return index;
  }
}

export class Tables {
  readonly #origins = new Map<TypeNode, ResourceOrigin>();
  readonly #types = new Table<PlanType>();
  readonly #typeOfNode = new Map<TypeNode, number>();
  readonly #functions = new Table<PlanFunction>();
  readonly #resources = new Table<PlanResource>();
  readonly #imports = new Table<readonly [string, string]>();
  readonly #trampolines = new Table<PlanTrampoline>();
  readonly #lifts = new Table<PlanLift>();

  /** Says what a resource type is; `node` is its definition. */
  declareResource(node: TypeNode, origin: ResourceOrigin): void {
    this.#origins.set(rootOf(node), origin);
  }

  get parts(): Omit<LinkPlan, 'instances' | 'cores' | 'exports'> {
    return {
      types: this.#types.entries,
      functions: this.#functions.entries,
      resources: this.#resources.entries,
      imports: this.#imports.entries,
      trampolines: this.#trampolines.entries,
      lifts: this.#lifts.entries,
    };
  }

  /** How the plan refers to a core item. */
  ref(item: CoreItem): CoreRef {
    if (item.kind === 'export') return [item.core, item.name];
    return this.#trampolines.index(item, () => this.#trampoline(item));
  }

  /** What the linker calls: a function of a core instance. One that the linker makes may be no function for JavaScript. */
  #code(item: CoreItem): CoreRef {
    if (item.kind !== 'export') throw new Unplannable('it lifts a canonical function without code of its own between');
    return this.ref(item);
  }

  /** The entry of a function that a component instance lifts; undefined for one of the host. */
  lift(func: LinkFunc): number | undefined {
    const { origin } = func;
    if (origin.kind === 'host') return undefined;
    return this.#lifts.index(func, () => ({
      instance: origin.instance,
      type: this.#func(func),
      func: this.#code(origin.func),
      options: this.#options(origin.options),
    }));
  }

  #trampoline(item: Exclude<CoreItem, { kind: 'export' }>): PlanTrampoline {
    const { instance } = item;
    if (item.kind !== 'lower') return { kind: item.kind, instance, resource: this.#resource(item.resource) };
    const options = this.#options(item.options);
    const { origin } = item.func;
    const lift = this.lift(item.func);
    if (lift !== undefined) return { kind: 'call', instance, lift, options };
    if (origin.kind !== 'host') throw new Unplannable('a function comes from nowhere');
    const imported = [origin.interface, origin.name] as const;
    const index = this.#imports.index(imported.join('#'), () => imported);
    return { kind: 'host', instance, import: index, type: this.#func(item.func), options };
  }

  #options({ encoding, memory, realloc, postReturn }: ResolvedOptions): PlanOptions {
    if (encoding === 'latin1+utf16') throw new Unplannable('it uses texts in latin1+utf16');
    return {
      encoding,
      ...(memory === undefined ? {} : { memory: this.ref(memory) }),
      ...(realloc === undefined ? {} : { realloc: this.#code(realloc) }),
      ...(postReturn === undefined ? {} : { postReturn: this.#code(postReturn) }),
    };
  }

  #func({ async, params, result }: Func): number {
    if (async) throw new Unplannable('it has an async function');
    const func: PlanFunction = {
      params: params.map(({ type }) => this.#type(type)),
      result: result === undefined ? null : this.#type(result),
    };
    return this.#functions.index(JSON.stringify(func), () => func);
  }

  #resource(node: TypeNode): number {
    const root = rootOf(node);
    const origin = this.#origins.get(root);
    if (origin === undefined) throw new Unplannable('it uses a resource that nothing defines');
    return this.#resources.index(root, () => {
      if (origin.kind === 'host') return { interface: origin.interface, name: origin.name };
      const { instance, destructor } = origin;
      return { instance, ...(destructor === undefined ? {} : { destructor: this.#code(destructor) }) };
    });
  }

  #type(node: TypeNode): number {
    const root = rootOf(node);
    const known = this.#typeOfNode.get(root);
    if (known !== undefined) return known;
    if (root.shape.kind !== 'value') throw new Unplannable('a type is used as a value type and is none');
    const type = this.#planType(root.shape.value);
    const index = this.#types.index(JSON.stringify(type), () => type);
    this.#typeOfNode.set(root, index);
    return index;
  }

  #planType(shape: ValueShape<TypeNode>): PlanType {
    const type = (node: TypeNode) => this.#type(node);
    const optional = (node: TypeNode | undefined) => (node === undefined ? null : this.#type(node));
    switch (shape.kind) {
      case 'primitive':
        if (shape.primitive === 'error-context') throw new Unplannable('it uses an error-context');
        return { kind: shape.primitive };
      case 'list':
      case 'option':
        return { kind: shape.kind, element: type(shape.element) };
      case 'fixed-list':
        return { kind: 'fixed-list', element: type(shape.element), length: shape.length };
      case 'tuple':
        return { kind: 'tuple', elements: shape.elements.map(type) };
      case 'record':
        refuseCollisions(shape.fields.map(({ name }) => name));
        return { kind: 'record', fields: shape.fields.map((field) => [field.name, type(field.type)]) };
      case 'variant':
        return { kind: 'variant', cases: shape.cases.map((each) => [each.name, optional(each.type)]) };
      case 'flags':
        refuseCollisions(shape.labels);
        return { kind: 'flags', labels: shape.labels };
      case 'enum':
        return { kind: 'enum', labels: shape.labels };
      case 'result':
        return { kind: 'result', ok: optional(shape.ok), err: optional(shape.err) };
      case 'map':
        return { kind: 'map', key: type(shape.key), value: type(shape.value) };
      case 'own':
      case 'borrow':
        return { kind: shape.kind, resource: this.#resource(shape.resource) };
      case 'stream':
      case 'future':
        throw new Unplannable(`it uses a ${shape.kind}`);
    }
  }
}

/** Two labels that JavaScript spells alike (`a-1` and `a1`) would be one property. */
function refuseCollisions(labels: readonly string[]): void {
  const seen = new Set<string>();
  for (const label of labels) {
    const key = lowerCamelCase(label);
    if (seen.has(key)) throw new Unplannable(`it has two names that are both ${key} in JavaScript`);
    seen.add(key);
  }
}

function rootOf(node: TypeNode): TypeNode {
  return node.root ?? node;
}
