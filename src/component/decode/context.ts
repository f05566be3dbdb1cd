/** What parsing shares and reports on its way: the budget, and a log of where things lie. */
import { Budget } from './budget.ts';
import type { NameSpan, Reader } from './reader.ts';

/** A section of a component or of a core module. `start` is its id byte; `body` and `end` bound its content. */
export interface SectionSpan {
  readonly start: number;
  readonly body: number;
  readonly end: number;
  /** A custom section's name. */
  readonly custom?: string;
  /** The sections of the component or core module that this section embeds. */
  readonly children?: readonly SectionSpan[];
}

export interface ModuleSpan {
  readonly offset: number;
  readonly length: number;
  readonly depth: number;
}

export interface CustomSection {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly depth: number;
}

export interface Context {
  readonly budget: Budget;
  readonly modules: ModuleSpan[];
  readonly customs: CustomSection[];
  /** Every core-level name in order of offset; only collected when a rewrite asks for it. */
  readonly coreNames: NameSpan[] | undefined;
  /** True when core-level definitions become part of the syntax: linking needs them, a world does not. */
  readonly linking: boolean;
}

/** A fresh context. For a rewrite, core modules are looked into as well; for linking, core definitions are kept. */
export function createContext(purpose: 'world' | 'rewrite' | 'link'): Context {
  const coreNames = purpose === 'rewrite' ? [] : undefined;
  return { budget: new Budget(), modules: [], customs: [], coreNames, linking: purpose === 'link' };
}

/** Passes over a core-level name, and notes it for a rewrite. */
export function coreName(reader: Reader, context: Context): void {
  const span = reader.nameSpan();
  context.coreNames?.push(span);
}
