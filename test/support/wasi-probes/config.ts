/** Probes of `wasi:config` and `wasi:logging`. */
import type { Probe } from './evidence.ts';

export const config: Probe = async (guest) => {
  await guest.call('wasi:config/store#get', 'KEY');
  await guest.call('wasi:config/store#get-all');
};

export const logging: Probe = async (guest) => {
  await guest.call('wasi:logging/logging#log', 'info', 'probe', 'hello');
};
