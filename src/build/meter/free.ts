/**
 * Finds the functions that need no charge of their own: small, loop-free, and calling nothing but such functions. Their
 * callers pay for them.
 */
import { CALL_COST, FREE_LIMIT, TURN_COST, VECTOR_ACCESS_WEIGHT, VECTOR_DIVISION_WEIGHT, WEIGHTS } from './cost.ts';
import type { ModuleLayout } from './layout.ts';
import { readLocals } from './locals.ts';
import { IMMEDIATE, IMMEDIATES, OP } from './opcodes.ts';
import { readOperands, VECTOR_ACCESS, VECTOR_DIVISION } from './operands.ts';
import { Reader } from './reader.ts';
import { SECTION } from './sections.ts';
import { readBlockType } from './types.ts';

/** Longer bodies are not looked at. */
const MAX_FREE_BYTES = 256;

/** A call chain is no longer than this: each link costs a call. */
const MAX_CHAIN = Math.ceil(FREE_LIMIT / (CALL_COST + 1));

interface Candidate {
  readonly cost: number;
  readonly callees: readonly number[];
}

/** What each function costs its callers. */
export class FreeFunctions {
  readonly #costs: Int32Array;

  constructor(costs: Int32Array) {
    this.#costs = costs;
  }

  /** The whole cost of a call of `index`, or -1 for a function that pays for itself. */
  costOf(index: number): number {
    return this.#costs[index] as number;
  }
}

/** Looks through the bodies of a module. */
export function findFreeFunctions(layout: ModuleLayout): FreeFunctions {
  const costs = new Int32Array(layout.functions.length).fill(-1);
  let open = candidates(layout);
  for (let round = 0; round < MAX_CHAIN && open.size > 0; round++) {
    const waiting = new Map<number, Candidate>();
    for (const [index, candidate] of open) {
      const total = candidate.callees.reduce(
        (sum, callee) => (costs[callee] === -1 ? Number.POSITIVE_INFINITY : sum + (costs[callee] as number)),
        candidate.cost,
      );
      if (total <= FREE_LIMIT) costs[index] = total;
      else if (total === Number.POSITIVE_INFINITY) waiting.set(index, candidate);
    }
    open = waiting;
  }
  return new FreeFunctions(costs);
}

function candidates(layout: ModuleLayout): ReadonlyMap<number, Candidate> {
  const found = new Map<number, Candidate>();
  const section = layout.sections.get(SECTION.code);
  if (section === undefined) return found;
  const reader = new Reader(layout.bytes, section.start, section.end);
  reader.count('function bodies', 3);
  for (let index = layout.importedFunctions; index < layout.functions.length; index++) {
    const size = reader.count('body bytes');
    const next = reader.position + size;
    if (size <= MAX_FREE_BYTES) {
      reader.end = next;
      const type = layout.types[layout.functions[index] as number];
      const candidate = readCandidate(reader, layout, type?.params ?? 0);
      if (candidate !== undefined) found.set(index, candidate);
      reader.end = section.end;
    }
    reader.position = next;
  }
  return found;
}

/** Undefined for a body with a loop, an exception, a bulk operation, a call of something else, or of too high a cost. */
function readCandidate(reader: Reader, layout: ModuleLayout, params: number): Candidate | undefined {
  const { locals } = readLocals(reader, layout, params);
  const callees: number[] = [];
  let depth = 0;
  let cost = TURN_COST;
  while (cost <= FREE_LIMIT) {
    const at = reader.position;
    const op = reader.byte();
    cost += WEIGHTS[op] as number;
    if (IMMEDIATES[op] !== IMMEDIATE.special) {
      const priced = readOperands(reader, layout, locals, op, at);
      if (priced >= 0) return undefined;
      if (priced === VECTOR_ACCESS) cost += VECTOR_ACCESS_WEIGHT;
      if (priced === VECTOR_DIVISION) cost += VECTOR_DIVISION_WEIGHT;
      continue;
    }
    switch (op) {
      case OP.block:
      case OP.if:
        readBlockType(reader, layout.types.length, layout.features);
        depth++;
        break;
      case OP.end:
        if (depth-- === 0) return cost <= FREE_LIMIT ? { cost, callees } : undefined;
        break;
      case OP.else:
      case OP.return:
        break;
      case OP.br:
      case OP.brIf:
      case OP.brOnNull:
      case OP.brOnNonNull:
        reader.u32();
        break;
      case OP.brTable:
        for (let left = reader.count('branch targets') + 1; left > 0; left--) reader.u32();
        break;
      case OP.call:
        callees.push(reader.index(layout.functions.length, 'function'));
        cost += CALL_COST;
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}
