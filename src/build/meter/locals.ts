/** The locals of a function body. */
import type { ModuleLayout } from './layout.ts';
import { MAX_LOCALS } from './limits.ts';
import type { Reader } from './reader.ts';
import { readValueType } from './types.ts';

export interface Locals {
  /** Number of local groups, and where they start. */
  readonly groups: number;
  readonly groupsStart: number;
  /** Parameters and locals together: the index of a local that is added. */
  readonly locals: number;
}

/** Reads the local groups of a body. */
export function readLocals(reader: Reader, layout: ModuleLayout, params: number): Locals {
  const groups = reader.count('local groups', 2);
  const groupsStart = reader.position;
  let locals = params;
  for (let group = 0; group < groups; group++) {
    locals += reader.u32();
    if (locals > MAX_LOCALS) reader.fail(`more than ${MAX_LOCALS} locals`);
    readValueType(reader, layout.types.length, layout.features);
  }
  return { groups, groupsStart, locals };
}
