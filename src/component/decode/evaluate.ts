/**
 * Evaluates a component: runs its definitions in order over index spaces, with imports bound to the arguments of the
 * instantiation. Nested components are evaluated where they are instantiated, so the types that they export come out
 * in terms of what was passed in. Only component-level definitions matter; core ones were dropped by parsing.
 */
import { MAX_COMPONENT_NESTING } from '../../core/limits.ts';
import type { Budget } from './budget.ts';
import { evaluateType, funcAt, lookUp, scopeAt, typeAt } from './lookup.ts';
import {
  type Body,
  createScope,
  define,
  type Entity,
  freshResource,
  type Instance,
  renamed,
  type Scope,
} from './nodes.ts';
import { Malformed } from './reader.ts';
import type { Argument, Definition, ExternType } from './syntax.ts';

export interface Evaluated {
  readonly imports: ReadonlyMap<string, Entity>;
  readonly exports: ReadonlyMap<string, Entity>;
}

/** How a body is evaluated: what its imports are, and what stands behind the exports that it declares. */
interface Bindings {
  readonly args?: ReadonlyMap<string, Entity>;
  /** The instance that an instance type describes: its resources are used in place of fresh ones. */
  readonly actual?: Instance;
}

export class Evaluator {
  readonly #budget: Budget;
  #depth = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Evaluates a body; imports without an argument stay abstract. */
  evaluate(body: Body, bindings: Bindings = {}): Evaluated {
    if (this.#depth > 2 * MAX_COMPONENT_NESTING) {
      throw new Malformed('components instantiate each other too deeply', body.definitions[0]?.offset ?? 0);
    }
    this.#depth += 1;
    const scope = createScope(body.parent);
    const imports = new Map<string, Entity>();
    const exports = new Map<string, Entity>();
    for (const definition of body.definitions) {
      this.#budget.evaluate();
      this.#run(definition, { scope, imports, exports, bindings });
    }
    this.#depth -= 1;
    return { imports, exports };
  }

  #run(definition: Definition, frame: Frame): void {
    const { scope, imports, exports, bindings } = frame;
    switch (definition.kind) {
      case 'module':
      case 'core':
        return;
      case 'type':
        scope.types.push(evaluateType(definition.type, scope, definition.offset));
        return;
      case 'component':
        scope.components.push({ definitions: definition.component.definitions, parent: scope });
        return;
      case 'instantiate':
        scope.instances.push(this.#instantiate(definition, scope));
        return;
      case 'inline-instance':
        scope.instances.push({ exports: this.#collect(definition.exports, scope, definition.offset) });
        return;
      case 'alias-export': {
        const entity = aliasExport(definition, scope);
        if (entity !== undefined) define(scope, entity);
        return;
      }
      case 'alias-outer': {
        if (definition.sort === 'core' || definition.sort === 'module') return;
        const outer = scopeAt(scope, definition.depth, definition.offset);
        define(scope, lookUp(outer, definition, definition.offset));
        return;
      }
      case 'lift':
        scope.funcs.push(funcAt(scope, definition.type, definition.offset));
        return;
      case 'import': {
        const given = bindings.args?.get(definition.name);
        const entity = given ?? this.#abstract(definition.type, scope, definition.offset, undefined);
        add(imports, definition.name, entity, definition.offset, 'imports');
        define(scope, entity);
        return;
      }
      case 'declare-export': {
        const behind = bindings.actual?.exports.get(definition.name);
        const entity = this.#abstract(definition.type, scope, definition.offset, behind);
        add(exports, definition.name, entity, definition.offset, 'exports');
        define(scope, entity);
        return;
      }
      case 'export': {
        const entity = this.#exported(definition, scope);
        add(exports, definition.name, entity, definition.offset, 'exports');
        define(scope, entity);
        return;
      }
    }
  }

  #instantiate({ component, args, offset }: Extract<Definition, { kind: 'instantiate' }>, scope: Scope): Instance {
    const body = scope.components[component];
    if (body === undefined) throw new Malformed('an instantiation refers to a component that does not exist', offset);
    const { exports } = this.evaluate(body, { args: this.#collect(args, scope, offset) });
    return { exports };
  }

  #collect(items: readonly Argument[], scope: Scope, offset: number): Map<string, Entity> {
    this.#budget.evaluate(items.length);
    const entities = new Map<string, Entity>();
    for (const { name, item } of items) add(entities, name, lookUp(scope, item, offset), offset, 'items');
    return entities;
  }

  /** What an extern type promises, over the entity that stands behind it if there is one. */
  #abstract(type: ExternType, scope: Scope, offset: number, behind: Entity | undefined): Entity {
    switch (type.kind) {
      case 'module':
        return { sort: 'module' };
      case 'func':
        return { sort: 'func', func: funcAt(scope, type.index, offset) };
      case 'type-eq':
        return { sort: 'type', type: renamed(typeAt(scope, type.index, offset)) };
      case 'type-resource':
        return { sort: 'type', type: behind?.sort === 'type' ? renamed(behind.type) : freshResource() };
      case 'component': {
        const { shape } = typeAt(scope, type.index, offset);
        if (shape.kind !== 'component-type') throw new Malformed('a component has a type that is not one', offset);
        return behind?.sort === 'component' ? behind : { sort: 'component', component: shape.body };
      }
      case 'instance': {
        const { shape } = typeAt(scope, type.index, offset);
        if (shape.kind !== 'instance-type') throw new Malformed('an instance has a type that is not one', offset);
        const bindings = behind?.sort === 'instance' ? { actual: behind.instance } : {};
        return { sort: 'instance', instance: { exports: this.evaluate(shape.body, bindings).exports } };
      }
    }
  }

  /** An export is a new definition; with a type of its own, it shows what that type says. */
  #exported({ item, type, offset }: Extract<Definition, { kind: 'export' }>, scope: Scope): Entity {
    const entity = lookUp(scope, item, offset);
    if (entity.sort === 'type') return { sort: 'type', type: renamed(entity.type) };
    if (type === undefined) return entity;
    const ascribed = this.#abstract(type, scope, offset, entity);
    if (ascribed.sort !== entity.sort) throw new Malformed('an export is ascribed a type of another sort', offset);
    return ascribed;
  }
}

interface Frame {
  readonly scope: Scope;
  readonly imports: Map<string, Entity>;
  readonly exports: Map<string, Entity>;
  readonly bindings: Bindings;
}

function aliasExport(
  { instance, name, sort, offset }: Extract<Definition, { kind: 'alias-export' }>,
  scope: Scope,
): Entity | undefined {
  const target = scope.instances[instance];
  if (target === undefined) throw new Malformed('an alias refers to an instance that does not exist', offset);
  const entity = target.exports.get(name);
  if (entity?.sort === sort) return entity;
  throw new Malformed(`an alias refers to the export ${quoted(name)}, which the instance does not have`, offset);
}

function add(map: Map<string, Entity>, name: string, entity: Entity, offset: number, what: string): void {
  if (map.has(name)) throw new Malformed(`two ${what} of one component are both called ${quoted(name)}`, offset);
  map.set(name, entity);
}

/** A name of unknown content, short and escaped, for a message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
