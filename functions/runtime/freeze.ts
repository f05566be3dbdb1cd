/** Freezing of everything that more than one call can reach. */

/**
 * Freezes an object and all that it leads to: prototypes, values, getters and setters. `seen` is what is frozen already.
 */
export function freezeAll(root: object, seen: Set<object> = new Set()): void {
  const waiting = [root];
  for (let object = waiting.pop(); object !== undefined; object = waiting.pop()) {
    if (seen.has(object)) continue;
    seen.add(object);
    Object.freeze(object);
    const prototype = Reflect.getPrototypeOf(object);
    if (prototype !== null) waiting.push(prototype);
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      if (descriptor !== undefined) waiting.push(...reachable(descriptor));
    }
  }
}

/** Freezes what a property leads to. */
export function freezeDescriptor(descriptor: PropertyDescriptor, seen: Set<object>): void {
  for (const object of reachable(descriptor)) freezeAll(object, seen);
}

function reachable({ value, get, set }: PropertyDescriptor): object[] {
  return [value, get, set].filter(
    (each: unknown): each is object => typeof each === 'function' || (typeof each === 'object' && each !== null),
  );
}
