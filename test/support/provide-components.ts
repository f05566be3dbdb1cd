/** Global setup of the tests in workerd: builds the WAT components in Node and provides their bytes as base64. */
import type { TestProject } from 'vitest/node';
import { WAT_COMPONENTS, type WatComponent, watComponent } from './wat-components.ts';

declare module 'vitest' {
  interface ProvidedContext {
    components: Record<WatComponent, string>;
  }
}

export default async function provideComponents(project: TestProject): Promise<void> {
  const names = Object.keys(WAT_COMPONENTS) as WatComponent[];
  const built = await Promise.all(
    names.map(async (name) => [name, Buffer.from(await watComponent(name)).toString('base64')] as const),
  );
  // A cast: the keys are those of the table.
  project.provide('components', Object.fromEntries(built) as Record<WatComponent, string>);
}
