/** Builds what the Worker imports from `dist/`: the text of the isolates and jco's core modules. Wrangler runs it too. */
import { bundleIsolates, writeIsolates } from './lib/isolates.ts';

const start = performance.now();
const written = await writeIsolates(await bundleIsolates());
const took = Math.round(performance.now() - start);
console.log(`isolates: ${written.length === 0 ? 'unchanged' : written.join(', ')} (${took} ms)`);
