/** The three ways in which a host function ends other than by returning. */

/** The `err` arm of a host function whose WIT result is a `result`: the glue takes `payload` and hands it to the guest. */
export class WasiFailure extends Error {
  readonly payload: unknown;

  constructor(payload: unknown) {
    super('a WASI function failed');
    this.payload = payload;
  }
}

/** A call that breaks an interface's own rules: the specification says "trap". */
export class WasiTrap extends Error {}

/** `wasi:cli/exit`: the guest ended its instance. */
export class GuestExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the component called exit with status ${code}`);
    this.code = code;
  }
}
