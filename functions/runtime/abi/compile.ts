/** Compiles a plan's types and functions, once for each isolate: what an instance needs beyond that is its own state. */
import { type Layout, layoutsOf, MAX_FLAT_PARAMS, recordLayout } from '../../../src/component/link/layout.ts';
import type { LinkPlan, PlanFunction, PlanTrampoline, PlanType } from '../../../src/component/link/plan.ts';
import { mayWait } from '../wasi/provided.ts';
import type { Codec } from './codec.ts';
import { fixedList, list, map } from './lists.ts';
import { flags, partsOf, record, tuple } from './products.ts';
import { borrow, own } from './resources.ts';
import { scalar } from './scalars.ts';
import { enumeration, option, result, variant } from './sums.ts';
import { text } from './text.ts';

/** A function type: how its values cross. */
export interface CompiledFunction {
  readonly params: ReturnType<typeof partsOf>;
  /** All parameters as one value in memory. */
  readonly paramsLayout: Layout;
  /** True when the parameters go through memory. */
  readonly spills: boolean;
  readonly result: Codec | undefined;
  /** True when the result goes through memory: it has more than `MAX_FLAT_RESULTS`, which is one core value. */
  readonly returnsPointer: boolean;
  /** True when the result is a `result`: its arms are told apart by returning and throwing. */
  readonly isFallible: boolean;
  /** True when a parameter has a borrowed handle in it. */
  readonly borrows: boolean;
}

export interface CompiledPlan {
  readonly plan: LinkPlan;
  readonly functions: readonly CompiledFunction[];
  /** Whether each trampoline may suspend the guest that calls it. */
  readonly waits: readonly boolean[];
  /** Lifts by the ids of the functions that they are. */
  readonly exports: ReadonlyMap<string, number>;
}

export function compilePlan(plan: LinkPlan): CompiledPlan {
  const layouts = layoutsOf(plan.types);
  const codecs: Codec[] = [];
  const borrowing: boolean[] = [];
  for (const [index, type] of plan.types.entries()) {
    codecs.push(compileType(plan, type, codecs, defined(layouts[index])));
    borrowing.push(type.kind === 'borrow' || partsOfType(type).some((part) => borrowing[part]));
  }
  return {
    plan,
    functions: plan.functions.map((func) => compileFunction(func, plan.types, codecs, borrowing)),
    waits: waitingTrampolines(plan),
    exports: new Map(plan.exports),
  };
}

function compileFunction(
  { params, result: returned }: PlanFunction,
  types: readonly PlanType[],
  codecs: readonly Codec[],
  borrowing: readonly boolean[],
): CompiledFunction {
  const own = params.map((index) => defined(codecs[index]));
  const paramsLayout = recordLayout(own.map(withFlat));
  const codec = returned === null ? undefined : defined(codecs[returned]);
  return {
    params: partsOf(own),
    paramsLayout,
    spills: paramsLayout.flat === undefined,
    result: codec,
    returnsPointer: codec !== undefined && codec.flat.length !== 1,
    isFallible: returned !== null && types[returned]?.kind === 'result',
    borrows: params.some((index) => borrowing[index]),
  };
}

/** A codec without core values stands for a type that has too many. */
function withFlat({ size, align, flat }: Codec): Layout {
  return { size, align, flat: flat.length === 0 || flat.length > MAX_FLAT_PARAMS ? undefined : flat };
}

function compileType(plan: LinkPlan, type: PlanType, codecs: readonly Codec[], layout: Layout): Codec {
  const at = (index: number) => defined(codecs[index]);
  const optional = (index: number | null) => (index === null ? undefined : at(index));
  switch (type.kind) {
    case 'string':
      return text(layout);
    case 'list':
      return list(defined(plan.types[type.element]).kind, at(type.element), layout);
    case 'fixed-list':
      return fixedList(at(type.element), type.length, layout);
    case 'map': {
      const pair = [at(type.key), at(type.value)];
      return map(tuple(pair, recordLayout(pair.map(withFlat))), layout);
    }
    case 'tuple':
      return tuple(type.elements.map(at), layout);
    case 'record':
      return record(
        type.fields.map(([name, field]) => [name, at(field)]),
        layout,
      );
    case 'flags':
      return flags(type.labels, layout);
    case 'variant':
      return variant(
        type.cases.map(([name, payload]) => [name, optional(payload)]),
        layout,
      );
    case 'enum':
      return enumeration(type.labels, layout);
    case 'option':
      return option(at(type.element), isTaggedOption(plan.types, type.element), layout);
    case 'result':
      return result(optional(type.ok), optional(type.err), layout);
    case 'own':
      return own(type.resource, layout);
    case 'borrow':
      return borrow(type.resource, defined(plan.resources[type.resource]), layout);
    default:
      return scalar(type.kind, layout);
  }
}

/** The rule of codec/shapes.ts: an option of an option is tagged, unless that one is tagged itself. */
function isTaggedOption(types: readonly PlanType[], element: number): boolean {
  const type = types[element];
  return type?.kind === 'option' && !isTaggedOption(types, type.element);
}

function partsOfType(type: PlanType): readonly number[] {
  switch (type.kind) {
    case 'list':
    case 'option':
    case 'fixed-list':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'record':
      return type.fields.map(([, field]) => field);
    case 'variant':
      return type.cases.flatMap(([, payload]) => (payload === null ? [] : [payload]));
    case 'result':
      return [type.ok, type.err].filter((arm) => arm !== null);
    case 'map':
      return [type.key, type.value];
    default:
      return [];
  }
}

/** A function of another component always may, the platform's own where they say so. */
function hostMayWait(interfaceName: string, name: string): boolean {
  return !interfaceName.startsWith('wasi:') || mayWait(interfaceName, name);
}

/**
 * A trampoline waits when its host function may, when it calls another instance, which may compute for long, or when the
 * destructor that it runs belongs to an instance that has one which waits. Only these are `WebAssembly.Suspending`: such
 * an import costs ten times another, and V8 refuses its call outside of `WebAssembly.promising` or below a frame of
 * JavaScript. That meets nobody who may call out: exports, start functions and calls between instances are promising, and
 * so is a destructor that can reach such an import; `realloc` and post-return must not leave their instance.
 */
function waitingTrampolines({ trampolines, imports, resources }: LinkPlan): boolean[] {
  const entered = (trampoline: PlanTrampoline): number | undefined => {
    if (trampoline.kind !== 'resource-drop') return undefined;
    const resource = resources[trampoline.resource];
    return resource !== undefined && 'instance' in resource && resource.destructor !== undefined
      ? resource.instance
      : undefined;
  };
  const waits = trampolines.map(
    (each) => each.kind === 'call' || (each.kind === 'host' && hostMayWait(...defined(imports[each.import]))),
  );
  const waiting = new Set<number>();
  for (let before = -1; before < waiting.size; ) {
    before = waiting.size;
    for (const [index, trampoline] of trampolines.entries()) {
      const instance = entered(trampoline);
      waits[index] ||= instance !== undefined && waiting.has(instance);
      if (waits[index]) waiting.add(trampoline.instance);
    }
  }
  return waits;
}

/** What the plan refers to: it was made by planComponent, so a miss is a broken artifact. */
export function defined<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the plan refers to what it does not have');
  return value;
}
