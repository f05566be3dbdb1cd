/** Waits for a condition, never for time. */

const GIVE_UP_MS = 15_000;

/** Asks `condition` again until it holds; throws when it does not for long. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > GIVE_UP_MS) throw new Error('what a test waits for does not happen');
    await new Promise<void>((next) => setImmediate(next));
  }
}
