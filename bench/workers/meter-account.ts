/**
 * Fuel without an end. jco's glue makes its core instances itself: here they get their account. This has to be evaluated
 * before that glue, which keeps the function that it finds.
 */
import { FuelMeter, UNINTERRUPTED } from '../../functions/runtime/fuel.ts';

/** More than any of the workloads uses. */
const BUDGET = 10 ** 15;

/** The name of a module that need not be metered: half of those here are not. */
const ANY = 'any.inline0.wasm';

export function newAccount(slot: WebAssembly.Module): FuelMeter {
  const account = new FuelMeter(slot, { allow: () => true, failed: () => {} });
  account.begin(BUDGET, UNINTERRUPTED);
  return account;
}

export function take(account: FuelMeter, instance: WebAssembly.Instance): void {
  account.add(instance, ANY);
}

/** Instances that were made before `begin` and after it. */
class BindgenAccount {
  #account: FuelMeter | undefined;
  readonly #waiting: WebAssembly.Instance[] = [];

  begin(slot: WebAssembly.Module): void {
    this.#account ??= newAccount(slot);
    for (const instance of this.#waiting.splice(0)) take(this.#account, instance);
  }

  add(instance: WebAssembly.Instance): void {
    if (this.#account === undefined) this.#waiting.push(instance);
    else take(this.#account, instance);
  }
}

export const bindgenAccount = new BindgenAccount();

const instantiate = WebAssembly.instantiate;
Reflect.set(WebAssembly, 'instantiate', async (module: WebAssembly.Module, imports?: WebAssembly.Imports) => {
  const instance = await instantiate(module, imports);
  bindgenAccount.add(instance);
  return instance;
});
