/** Core definitions of a component: instances, aliases and canonical functions, resolved to what the plan has to do. */

import { MAX_CORE_INSTANCES } from '../../core/limits.ts';
import { typeAt } from '../decode/lookup.ts';
import type { CanonOptions, CoreArgument, CoreDefinition, Definition } from '../decode/syntax.ts';
import { type PlanArgument, type PlanCore, Unplannable } from './plan.ts';
import type { CoreInstance, CoreItem, ItemSort, LinkScope, ResolvedOptions } from './scope.ts';
import type { Tables } from './tables.ts';

export class CoreDefinitions {
  readonly #tables: Tables;
  readonly made: PlanCore[] = [];

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Runs one definition in the scope that it stands in. */
  run(definition: CoreDefinition, scope: LinkScope): void {
    switch (definition.kind) {
      case 'core-instantiate':
        scope.coreInstances.push(this.#instantiate(definition, scope));
        return;
      case 'core-inline-instance': {
        const exports = new Map<string, CoreItem>();
        for (const { name, sort, index } of definition.exports) exports.set(name, itemAt(scope, sort, index));
        scope.coreInstances.push({ kind: 'inline', exports });
        return;
      }
      case 'core-alias': {
        const sort = itemSort(definition.sort);
        scope.coreItems[sort].push(exportOf(existing(scope.coreInstances[definition.instance]), definition.name));
        return;
      }
      case 'lower': {
        const func = existing(scope.funcs[definition.func]);
        const options = resolve(definition.options, scope);
        scope.coreItems.func.push({ kind: 'lower', instance: scope.instance, func, options });
        return;
      }
      case 'resource-new':
      case 'resource-drop':
      case 'resource-rep': {
        const resource = typeAt(scope, definition.type, definition.offset);
        scope.coreItems.func.push({ kind: definition.kind, instance: scope.instance, resource });
        return;
      }
      case 'built-in':
        throw new Unplannable(`it uses the canonical built-in 0x${definition.code.toString(16)}`);
    }
  }

  /** The core function of `canon lift` and its options. */
  lifted(
    { func, options }: Extract<Definition, { kind: 'lift' }>,
    scope: LinkScope,
  ): { readonly func: CoreItem; readonly options: ResolvedOptions } {
    return { func: existing(scope.coreItems.func[func]), options: resolve(options, scope) };
  }

  #instantiate(
    { module, args }: Extract<CoreDefinition, { kind: 'core-instantiate' }>,
    scope: LinkScope,
  ): CoreInstance {
    if (this.made.length >= MAX_CORE_INSTANCES) {
      throw new Unplannable(`it makes more than ${MAX_CORE_INSTANCES} core instances`);
    }
    const planned = { module: existing(scope.modules[module]), args: args.map((each) => this.#argument(each, scope)) };
    this.made.push(planned);
    return { kind: 'made', core: this.made.length - 1 };
  }

  #argument({ name, sort, index }: CoreArgument, scope: LinkScope): PlanArgument {
    if (sort !== 'instance') throw new Unplannable('a core module gets something other than an instance');
    const from = existing(scope.coreInstances[index]);
    if (from.kind === 'made') return [name, from.core];
    return [name, Array.from(from.exports, ([item, each]) => [item, this.#tables.ref(each)])];
  }
}

function resolve({ encoding, memory, realloc, postReturn, unknown }: CanonOptions, scope: LinkScope): ResolvedOptions {
  if (unknown !== undefined) throw new Unplannable(`it uses the canonical option ${unknown}`);
  return {
    encoding,
    ...(memory === undefined ? {} : { memory: existing(scope.coreItems.memory[memory]) }),
    ...(realloc === undefined ? {} : { realloc: existing(scope.coreItems.func[realloc]) }),
    ...(postReturn === undefined ? {} : { postReturn: existing(scope.coreItems.func[postReturn]) }),
  };
}

function itemSort(sort: CoreArgument['sort']): ItemSort {
  if (sort === 'type' || sort === 'module' || sort === 'instance') {
    throw new Unplannable(`a core instance has a ${sort} among its exports`);
  }
  return sort;
}

function itemAt(scope: LinkScope, sort: CoreArgument['sort'], index: number): CoreItem {
  return existing(scope.coreItems[itemSort(sort)][index]);
}

function exportOf(instance: CoreInstance, name: string): CoreItem {
  if (instance.kind === 'made') return { kind: 'export', core: instance.core, name };
  return existing(instance.exports.get(name));
}

function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Unplannable('it refers to a core definition that does not exist');
  return value;
}
