/** Probes of what links and is denied, whatever a policy says. */
import { PROVIDED_INTERFACES } from '../../../functions/runtime/wasi/provided.ts';
import type { Probe } from './evidence.ts';

/** Each function of an interface. Nobody can get the objects of these methods, so they are given one that is nothing. */
function each(name: string): Probe {
  return async (guest) => {
    for (const text of PROVIDED_INTERFACES[name]?.functions ?? []) {
      const self = text.startsWith('[method]') ? [guest.nobody()] : [];
      await guest.attempt(`${name}#${text}`, ...self);
    }
  };
}

export const sockets: Probe = async (guest) => {
  for (const name of Object.keys(PROVIDED_INTERFACES)) {
    if (name.startsWith('wasi:sockets/')) await each(name)(guest);
  }
};
