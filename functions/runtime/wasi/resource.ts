/** The base of every WASI resource: an object knows the call that it was made for. */
import type { Toll } from '../toll.ts';

/** Gives a resource to the call of `toll`; the first one that asks keeps it. */
export let assign: (resource: Resource, toll: Toll) => void;

/** Who pays for the methods of an object. Throws a `TypeError` for one that no host function of a call has made. */
export let tollOf: (resource: unknown) => Toll;

export class Resource {
  #toll: Toll | undefined;

  static {
    assign = (resource, toll) => {
      resource.#toll ??= toll;
    };
    tollOf = (resource) => {
      const toll = typeof resource === 'object' && resource !== null && #toll in resource ? resource.#toll : undefined;
      if (toll === undefined) throw new TypeError('not a resource of this call');
      return toll;
    };
  }
}
