/**
 * Runs a component's definitions, nested components where they are instantiated, and notes what is left to do at run
 * time: which core modules are instantiated with what. The counterpart of decode/evaluate.ts, with core definitions.
 */
import { MAX_COMPONENT_NESTING } from '../../core/limits.ts';
import type { Budget } from '../decode/budget.ts';
import { evaluateType, funcAt, scopeAt, typeAt } from '../decode/lookup.ts';
import { freshResource, renamed, type TypeNode } from '../decode/nodes.ts';
import type { Argument, Definition, ExternType, SortIndex } from '../decode/syntax.ts';
import { CoreDefinitions } from './core.ts';
import { type PlanCore, Unplannable } from './plan.ts';
import {
  createLinkScope,
  defineEntity,
  type LinkComponent,
  type LinkEntity,
  type LinkFunc,
  type LinkInstance,
  type LinkScope,
} from './scope.ts';
import type { Tables } from './tables.ts';

/** Component instances of one component. Toolchains make 1 to 40, most of them only pass definitions on. */
const MAX_COMPONENT_INSTANCES = 1_000;

/** Under which name the host has an interface that is imported under its full name. */
export type HostName = (imported: string) => string;

type Entities = ReadonlyMap<string, LinkEntity>;

export class LinkEvaluator {
  readonly #budget: Budget;
  readonly #tables: Tables;
  readonly #hostName: HostName;
  readonly #cores: CoreDefinitions;
  #instances = 0;
  #depth = 0;

  constructor(budget: Budget, tables: Tables, hostName: HostName) {
    this.#budget = budget;
    this.#tables = tables;
    this.#hostName = hostName;
    this.#cores = new CoreDefinitions(tables);
  }

  /** Core instances in the order in which they are made. */
  get cores(): readonly PlanCore[] {
    return this.#cores.made;
  }

  get instances(): number {
    return this.#instances;
  }

  /** Instantiates a component; answers its exports. Without `args` it is the outermost one, whose imports are the host's. */
  instantiate({ definitions, parent }: LinkComponent, args?: Entities): Entities {
    if (this.#depth > 2 * MAX_COMPONENT_NESTING) throw new Unplannable('components instantiate each other too deeply');
    if (this.#instances >= MAX_COMPONENT_INSTANCES) {
      throw new Unplannable(`it has more than ${MAX_COMPONENT_INSTANCES} component instances`);
    }
    const scope = createLinkScope(parent, this.#instances);
    this.#instances += 1;
    this.#depth += 1;
    const exports = new Map<string, LinkEntity>();
    for (const definition of definitions) {
      this.#budget.evaluate();
      this.#run(definition, scope, exports, args);
    }
    this.#depth -= 1;
    return exports;
  }

  #run(definition: Definition, scope: LinkScope, exports: Map<string, LinkEntity>, args: Entities | undefined): void {
    switch (definition.kind) {
      case 'module':
        scope.modules.push(definition.index);
        return;
      case 'core':
        this.#cores.run(definition.core, scope);
        return;
      case 'type':
        scope.types.push(this.#type(definition, scope));
        return;
      case 'component':
        scope.components.push({ definitions: definition.component.definitions, parent: scope });
        return;
      case 'instantiate': {
        const component = found(scope.components[definition.component]);
        scope.instances.push({ exports: this.instantiate(component, this.#collect(definition.args, scope)) });
        return;
      }
      case 'inline-instance':
        scope.instances.push({ exports: this.#collect(definition.exports, scope) });
        return;
      case 'alias-export': {
        const entity = found(scope.instances[definition.instance]).exports.get(definition.name);
        if (entity?.sort !== definition.sort) throw new Unplannable('an alias refers to an export of another sort');
        defineEntity(scope, entity);
        return;
      }
      case 'alias-outer':
        // Core types: nothing refers to them at run time.
        if (definition.sort === 'core') return;
        defineEntity(scope, lookUp(scopeAt(scope, definition.depth, definition.offset), definition));
        return;
      case 'lift': {
        const { func, options } = this.#cores.lifted(definition, scope);
        const type = funcAt(scope, definition.type, definition.offset);
        scope.funcs.push({ ...type, origin: { kind: 'lift', instance: scope.instance, func, options } });
        return;
      }
      case 'import': {
        const given = args === undefined ? this.#fromHost(definition, scope) : args.get(definition.name);
        defineEntity(scope, found(given));
        return;
      }
      case 'export': {
        // A type that the export is given hides what is behind it from validation; there is nothing to do for it.
        const entity = lookUp(scope, definition.item);
        exports.set(definition.name, entity);
        defineEntity(scope, entity);
        return;
      }
      case 'declare-export':
        throw new Unplannable('a component declares an export without a definition');
    }
  }

  #type({ type, offset }: Extract<Definition, { kind: 'type' }>, scope: LinkScope): TypeNode {
    const node = evaluateType(type, scope, offset);
    if (type.kind === 'resource') {
      const destructor = type.destructor === undefined ? undefined : found(scope.coreItems.func[type.destructor]);
      this.#tables.declareResource(node, { kind: 'guest', instance: scope.instance, destructor });
    }
    return node;
  }

  #collect(items: readonly Argument[], scope: LinkScope): Entities {
    this.#budget.evaluate(items.length);
    return new Map(items.map(({ name, item }) => [name, lookUp(scope, item)]));
  }

  #fromHost({ name, type, offset }: Extract<Definition, { kind: 'import' }>, scope: LinkScope): LinkEntity {
    switch (type.kind) {
      case 'type-eq':
        return { sort: 'type', type: renamed(typeAt(scope, type.index, offset)) };
      case 'instance':
        return { sort: 'instance', instance: this.#hostInstance(this.#hostName(name), type.index, scope, offset) };
      default:
        throw new Unplannable(`it imports ${name}, which is no interface`);
    }
  }

  /** An imported interface: its functions and resources are the host's. */
  #hostInstance(name: string, index: number, outer: LinkScope, offset: number): LinkInstance {
    const { shape } = typeAt(outer, index, offset);
    if (shape.kind !== 'instance-type') throw new Unplannable(`it imports ${name} with a type that is no interface`);
    const scope = createLinkScope(outer, outer.instance);
    const exports = new Map<string, LinkEntity>();
    for (const definition of shape.body.definitions) {
      this.#budget.evaluate();
      if (definition.kind !== 'declare-export') {
        if (definition.kind === 'core' || definition.kind === 'import') throw new Unplannable('an interface has code');
        this.#run(definition, scope, exports, undefined);
        continue;
      }
      const entity = this.#hostEntity(name, definition.name, definition.type, scope, definition.offset);
      exports.set(definition.name, entity);
      defineEntity(scope, entity);
    }
    return { exports };
  }

  #hostEntity(owner: string, name: string, type: ExternType, scope: LinkScope, offset: number): LinkEntity {
    switch (type.kind) {
      case 'func': {
        const func: LinkFunc = {
          ...funcAt(scope, type.index, offset),
          origin: { kind: 'host', interface: owner, name },
        };
        return { sort: 'func', func };
      }
      case 'type-eq':
        return { sort: 'type', type: renamed(typeAt(scope, type.index, offset)) };
      case 'type-resource': {
        const node = freshResource();
        this.#tables.declareResource(node, { kind: 'host', interface: owner, name });
        return { sort: 'type', type: node };
      }
      default:
        throw new Unplannable(`it imports ${owner}, an interface with more than functions and types`);
    }
  }
}

function lookUp(scope: LinkScope, { sort, index }: SortIndex): LinkEntity {
  switch (sort) {
    case 'func':
      return { sort, func: found(scope.funcs[index]) };
    case 'type':
      return { sort, type: found(scope.types[index]) };
    case 'instance':
      return { sort, instance: found(scope.instances[index]) };
    case 'component':
      return { sort, component: found(scope.components[index]) };
    case 'module':
      return { sort, module: found(scope.modules[index]) };
    case 'core':
      throw new Unplannable('a core definition is used as one of a component');
  }
}

/** What an index or a name refers to. Every component has been validated, so a miss is a defect or an attack. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Unplannable('it refers to a definition that does not exist');
  return value;
}
