/** How the linker ends a guest that breaks the rules of the Canonical ABI. */
import { InvalidData } from '../lifting.ts';

/** A rule of the component model that a guest broke: handles, re-entrance, calls where none may be made. */
export class RuleBroken extends WebAssembly.RuntimeError {}

/** Ends the guest for data that the Canonical ABI does not allow. */
export function invalid(text: string): never {
  throw new InvalidData(text);
}

/** Ends the guest for a rule that it broke. */
export function broken(text: string): never {
  throw new RuleBroken(text);
}
