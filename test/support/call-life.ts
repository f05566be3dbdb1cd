/** A call that has time, for tests of providers. */
import type { CallLife } from '../../src/capability/provider.ts';

export const CALL_LIFE: CallLife = { chain: ['c'], remainingMs: () => 60_000 };
