/** Links components by their plan without a build around it: host functions and bounds are the test's. */
import { compilePlan } from '../../functions/runtime/abi/compile.ts';
import { type LinkedComponent, linkComponent } from '../../functions/runtime/abi/link.ts';
import type { Authority, HostFunction } from '../../functions/runtime/abi/state.ts';
import { createLifting } from '../../functions/runtime/lifting.ts';
import { type Planned, planComponent } from '../../src/component/link/index.ts';
import { compile } from './build-fixtures.ts';
import { fromWat } from './component-fixtures.ts';
import { meterOf } from './meter/meters.ts';

/** Host functions by `interface#name`, as in `wasi:io/poll#poll`. */
export type HostFunctions = Readonly<Record<string, HostFunction>>;

/** A call's authority, with what the linker told it. */
export interface TestAuthority extends Authority {
  readonly traps: readonly unknown[];
}

export function authorityOf(functions: HostFunctions = {}): TestAuthority {
  const traps: unknown[] = [];
  return {
    hostFunction(interfaceName, name) {
      const found = functions[`${interfaceName}#${name}`];
      if (found === undefined) throw new Error(`the test has no ${interfaceName}#${name}`);
      return found;
    },
    lifting: createLifting(meterOf(4_000_000_000)),
    trapped: (error) => void traps.push(error),
    traps,
  };
}

/** The plan of a component, or the test fails with the reason why there is none. */
export function planOf(component: Uint8Array, exports: readonly string[]): Planned {
  const planned = planComponent(component, exports);
  if (!planned.ok) throw new Error(planned.error.reason);
  return planned.value;
}

export interface LinkOptions {
  readonly functions?: HostFunctions;
  readonly authority?: Authority;
  readonly wrote?: (memory: WebAssembly.Memory, at: number, length: number) => void;
}

/** An instance of the component that exports these functions. */
export function link(
  component: Uint8Array,
  exports: readonly string[],
  { functions = {}, authority = authorityOf(functions), wrote }: LinkOptions = {},
): Promise<LinkedComponent> {
  const { plan, modules } = planOf(component, exports);
  const compiled = modules.map(({ offset, length }) => compile(component.slice(offset, offset + length)));
  return linkComponent(
    // As it comes out of a manifest.
    compilePlan(JSON.parse(JSON.stringify(plan))),
    {
      module: (index) => compiled[index] ?? compile(new Uint8Array()),
      instantiateCore: (module, _, imports) => new WebAssembly.Instance(module, imports),
      ...(wrote === undefined ? {} : { wrote }),
    },
    authority,
  );
}

/** The same for a component in text form. */
export async function linkWat(
  wat: string,
  exports: readonly string[],
  options?: LinkOptions,
): Promise<LinkedComponent> {
  return link(await fromWat(wat), exports, options);
}
