/** Plans a component: bytes in, a `LinkPlan` out, or the reason why there is none. Pure; nothing of it runs. */
import { err, ok, type Result } from '../../core/result.ts';
import { createContext, type ModuleSpan } from '../decode/context.ts';
import { guarded } from '../decode/failure.ts';
import { parseComponent } from '../decode/parse-component.ts';
import { Reader } from '../decode/reader.ts';
import { found, type HostName, LinkEvaluator } from './evaluate.ts';
import { layoutsOf } from './layout.ts';
import { type LinkPlan, type PlanCore, type PlanRefusal, Unplannable } from './plan.ts';
import type { LinkEntity } from './scope.ts';
import { Tables } from './tables.ts';

export type { LinkPlan, PlanRefusal } from './plan.ts';

/** Largest plan, in characters of JSON: QuickJS components have about 20 thousand, StarlingMonkey ones 60. */
const MAX_PLAN_CHARACTERS = 1_000_000;

export interface Planned {
  readonly plan: LinkPlan;
  /** The core modules that the plan numbers, in that order: byte ranges of the component. */
  readonly modules: readonly ModuleSpan[];
}

/** The same host functions for all versions of an interface. */
const withoutVersion: HostName = (imported) => imported.replace(/@.*$/, '');

/**
 * Plans a component that has been validated, with the functions of `exports`, ids as in `CallableFunction`. Never
 * throws: what the synchronous component model does not have, or what would take too much, is a refusal.
 */
export function planComponent(
  component: Uint8Array,
  exports: readonly string[],
  hostName: HostName = withoutVersion,
): Result<Planned, PlanRefusal> {
  const planned = guarded(() => {
    try {
      return ok(plan(component, exports, hostName));
    } catch (error) {
      if (error instanceof Unplannable) return err({ reason: error.message });
      throw error;
    }
  });
  return planned.ok ? planned.value : err({ reason: planned.error.reason });
}

function plan(component: Uint8Array, ids: readonly string[], hostName: HostName): Planned {
  const context = createContext('link');
  const { syntax } = parseComponent(new Reader(component), context);
  const tables = new Tables();
  const evaluator = new LinkEvaluator(context.budget, tables, hostName);
  const entities = evaluator.instantiate({ definitions: syntax.definitions, parent: undefined });
  const exports = ids.map((id) => [id, exported(entities, id, tables)] as const);
  const { cores, modules } = used(evaluator.cores, context.modules);
  const made = { instances: evaluator.instances, ...tables.parts, cores, exports };
  layoutsOf(made.types);
  if (JSON.stringify(made).length > MAX_PLAN_CHARACTERS) {
    throw new Unplannable(`its plan has more than ${MAX_PLAN_CHARACTERS} characters`);
  }
  return { plan: made, modules };
}

/** Numbers the core modules anew: those that nothing instantiates are left out. */
function used(cores: readonly PlanCore[], all: readonly ModuleSpan[]) {
  const numbers = new Map([...new Set(cores.map(({ module }) => module))].map((module, index) => [module, index]));
  return {
    cores: cores.map((core) => ({ ...core, module: found(numbers.get(core.module)) })),
    modules: Array.from(numbers.keys(), (module) => found(all[module])),
  };
}

function exported(entities: ReadonlyMap<string, LinkEntity>, id: string, tables: Tables): number {
  const [owner = '', name] = id.split('#');
  const outer = entities.get(owner);
  const entity = name === undefined ? outer : outer?.sort === 'instance' ? outer.instance.exports.get(name) : undefined;
  if (entity?.sort !== 'func') throw new Unplannable(`it does not export the function ${id}`);
  const lift = tables.lift(entity.func);
  if (lift === undefined) throw new Unplannable(`it exports ${id}, which it imports`);
  return lift;
}
