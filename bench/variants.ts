/** What is compared: each variant adds one thing to the one before it, up to the real call of two examples. */
import { SAMPLES } from './components.ts';
import type { BenchEdge, WorkerName } from './edge.ts';
import type { Target } from './load.ts';

export interface Variant {
  readonly title: string;
  readonly worker: WorkerName;
  readonly path: string;
  readonly body: string;
  /** Requests per second of the project's first prototype, as a ratio to the first variant. */
  readonly goal: number;
}

export interface VariantCase {
  readonly variant: Variant;
  readonly target: Target;
}

const ADD = { path: SAMPLES.adder.path, body: SAMPLES.adder.body };
const GREET = { path: SAMPLES.hello.path, body: SAMPLES.hello.body };

export const VARIANTS: readonly Variant[] = [
  { title: 'plain workerd', worker: 'plain', ...ADD, goal: 1 },
  { title: 'Hono', worker: 'hono', ...ADD, goal: 0.93 },
  { title: 'Hono, object', worker: 'object', ...ADD, goal: 0.48 },
  { title: 'Hono, object, warm isolate', worker: 'isolate', ...ADD, goal: 0.28 },
  { title: '/call/adder/add (WAT)', worker: 'platform', ...ADD, goal: 0.11 },
  { title: '/call/hello/greet (QuickJS)', worker: 'platform', ...GREET, goal: 0.04 },
];

export function variantCase(edge: BenchEdge, variant: Variant): VariantCase {
  return { variant, target: { urls: [`${edge.url(variant.worker)}${variant.path}`], body: variant.body } };
}
