/** Progress lines: what is being done and how long it took. */

/** Runs one step, showing its name at once and its duration at the end. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  process.stdout.write(`  ${name} … `);
  try {
    const value = await work();
    process.stdout.write(`${seconds(performance.now() - started)}\n`);
    return value;
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
