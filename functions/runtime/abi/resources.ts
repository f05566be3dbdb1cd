/** Handles as values: what is owned moves from table to table, what is borrowed is lent for the time of a call. */

import type { Layout } from '../../../src/component/link/layout.ts';
import type { PlanResource } from '../../../src/component/link/plan.ts';
import type { Border } from './border.ts';
import { asNumber, type Codec, codec, NUMBER_BYTES, numberAt } from './codec.ts';
import type { HandleScope } from './handles.ts';
import { broken } from './trap.ts';

/** `own<resource>`; `index` is that of the resource in the plan. */
export function own(index: number, layout: Layout): Codec {
  return handle(layout, {
    lift({ instance }, at) {
      const { rep, borrowedBy } = instance.handles.remove(at, index);
      if (borrowedBy !== undefined) broken('the component gave away a handle that it has borrowed');
      return rep;
    },
    lower: ({ instance }, rep) => instance.handles.add(index, rep, undefined),
  });
}

/** `borrow<resource>`. The instance that defines a resource gets its own number for it, not a handle. */
export function borrow(index: number, resource: PlanResource, layout: Layout): Codec {
  return handle(layout, {
    lift(border, at) {
      const found = border.instance.handles.get(at, index);
      scopeOf(border).lend(found);
      return found.rep;
    },
    lower(border, rep) {
      if ('instance' in resource && resource.instance === border.instance.index) return asNumber(rep);
      const scope = scopeOf(border);
      scope.borrows += 1;
      return border.instance.handles.add(index, rep, scope);
    },
  });
}

interface HandleMethods {
  lift(border: Border, at: number): unknown;
  lower(border: Border, rep: unknown): number;
}

function handle(layout: Layout, { lift, lower }: HandleMethods): Codec {
  return codec(layout, NUMBER_BYTES, {
    load: (border, at) => lift(border, border.view.getUint32(at, true)),
    store: (border, at, value) => border.view.setUint32(at, lower(border, value), true),
    lift: (border, values, at) => lift(border, numberAt(values, at)),
    lower: (border, value, out, at) => {
      out[at] = lower(border, value);
    },
  });
}

function scopeOf({ scope }: Border): HandleScope {
  if (scope === undefined) throw new Error('a function that borrows is called without a scope');
  return scope;
}
