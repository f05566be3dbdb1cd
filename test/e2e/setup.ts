/** Starts the edge that all end-to-end files share, with the examples in it, and tells them where it is. */
import type { TestProject } from 'vitest/node';
import { buildExamples, EXAMPLE_NAMES } from '../../scripts/examples.ts';
import { loadExample, waitFor } from '../../scripts/local/load-examples.ts';
import { runScript } from '../../scripts/local/run.ts';
import { type EdgeAddress, startEdge } from '../support/edge.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    edge: EdgeAddress;
  }
}

const READY_TIMEOUT_MS = 30_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await runScript('scripts/build.ts');
  const { examples } = await buildExamples();
  const edge = await startEdge({ vars: { SKERRY_EXPECT: EXAMPLE_NAMES.join(','), DOMAIN: 'apps.test' } });
  try {
    await waitFor(`${edge.url}/healthz`, READY_TIMEOUT_MS);
    for (const item of examples) await loadExample(edge.url, edge.token, item);
    await waitFor(`${edge.url}/readyz`, READY_TIMEOUT_MS);
  } catch (error) {
    console.error(edge.output());
    await edge.stop();
    throw error;
  }
  project.provide('edge', { url: edge.url, workerUrl: edge.workerUrl, token: edge.token, tokens: edge.tokens });
  return async () => {
    const output = edge.output().trim();
    if (output !== '') console.log(`The edge printed:\n${output}`);
    await edge.stop();
  };
}
