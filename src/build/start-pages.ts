/** PURE: what an instance of a component takes of its isolate from the start. */
import { instancePages } from '../core/instance-pages.ts';
import type { Manifest } from './manifest.ts';

/**
 * Pages of 64 KiB of all core instances that a plan makes, memories and tables. Of jco's glue it is not known which module
 * it instantiates how often: each counts once.
 */
export function startPages({ modules, linking }: Pick<Manifest, 'modules' | 'linking'>): number {
  const made = linking.glue === 'own' ? linking.plan.cores.map(({ module }) => modules[module]) : modules;
  const memoryPages = made.reduce((sum, entry) => sum + (entry?.memoryPages ?? 0), 0);
  const elements = made.reduce((sum, entry) => sum + (entry?.tableElements ?? 0), 0);
  return instancePages(memoryPages, elements);
}
