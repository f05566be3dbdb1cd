/**
 * A link plan: all that has to be done to make an instance of a component and to call it, as plain JSON. Indices point
 * into the plan's own tables; what the component format has of scopes, aliases and shims is resolved.
 */
import type { Primitive } from '../model.ts';

/** A value type; numbers are indices of `LinkPlan.types`, or of `LinkPlan.resources` in a handle. */
export type PlanType =
  | { readonly kind: Exclude<Primitive, 'error-context'> }
  | { readonly kind: 'list' | 'option'; readonly element: number }
  | { readonly kind: 'fixed-list'; readonly element: number; readonly length: number }
  | { readonly kind: 'tuple'; readonly elements: readonly number[] }
  | { readonly kind: 'record'; readonly fields: readonly PlanField[] }
  | { readonly kind: 'variant'; readonly cases: readonly PlanCase[] }
  | { readonly kind: 'enum' | 'flags'; readonly labels: readonly string[] }
  | { readonly kind: 'result'; readonly ok: number | null; readonly err: number | null }
  | { readonly kind: 'map'; readonly key: number; readonly value: number }
  | { readonly kind: 'own' | 'borrow'; readonly resource: number };

export type PlanField = readonly [name: string, type: number];
export type PlanCase = readonly [name: string, type: number | null];

/** A function type by its types. */
export interface PlanFunction {
  readonly params: readonly number[];
  readonly result: number | null;
}

/** A core definition: an export of a core instance, or a trampoline by its index. */
export type CoreRef = readonly [core: number, name: string] | number;

export interface PlanOptions {
  readonly encoding: 'utf8' | 'utf16';
  readonly memory?: CoreRef;
  readonly realloc?: CoreRef;
  readonly postReturn?: CoreRef;
}

/** `canon lift`: a core function as a function of a component instance. */
export interface PlanLift {
  readonly instance: number;
  readonly type: number;
  readonly func: CoreRef;
  readonly options: PlanOptions;
}

/** A core function that the linker makes. `instance` is the component instance that it belongs to. */
export type PlanTrampoline = { readonly instance: number } & (
  | { readonly kind: 'host'; readonly import: number; readonly type: number; readonly options: PlanOptions }
  | { readonly kind: 'call'; readonly lift: number; readonly options: PlanOptions }
  | { readonly kind: 'resource-new' | 'resource-drop' | 'resource-rep'; readonly resource: number }
);

/** A resource type: the host's, or one of a component instance with its destructor. */
export type PlanResource =
  | { readonly interface: string; readonly name: string }
  | { readonly instance: number; readonly destructor?: CoreRef };

/** What a core instance gets under one module name: all exports of an earlier one, or a list. */
export type PlanArgument = readonly [name: string, from: number | readonly (readonly [name: string, item: CoreRef])[]];

/** A core instance to make, in the order of `LinkPlan.cores`. */
export interface PlanCore {
  readonly module: number;
  readonly args: readonly PlanArgument[];
}

export interface LinkPlan {
  /** Number of component instances; 0 is the component itself. */
  readonly instances: number;
  readonly types: readonly PlanType[];
  readonly functions: readonly PlanFunction[];
  readonly resources: readonly PlanResource[];
  /** Host functions: the interface as the host names it, and the name as a component imports it. */
  readonly imports: readonly (readonly [interfaceName: string, name: string])[];
  readonly trampolines: readonly PlanTrampoline[];
  readonly lifts: readonly PlanLift[];
  readonly cores: readonly PlanCore[];
  /** Exported functions by the id of `CallableFunction`. */
  readonly exports: readonly (readonly [id: string, lift: number])[];
}

/** Why a component has no plan: a clause that says what of it is not covered. */
export interface PlanRefusal {
  readonly reason: string;
}

/** Thrown while planning; `planComponent` makes a `PlanRefusal` of it. */
export class Unplannable extends Error {}
