/**
 * What makes `platform-warm` of the platform: gateway, objects, isolate and meter are the same, but an instance is
 * used again as the last call left it. A baseline: no other code can do that, and nothing deploys it.
 */
import type { Replacements } from './replace-modules.ts';

export const WARM: Replacements = {
  'functions/runtime/restore/snapshot.ts': 'bench/workers/warm-snapshot.ts',
};
