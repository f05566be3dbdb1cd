/** Global setup of the tests in workerd: makes components and core modules in Node and provides their bytes as base64. */
import type { TestProject } from 'vitest/node';
import { blobKeeper } from './blob-components.ts';
import { COMMANDS, type CommandName, command } from './commands.ts';
import { configComponent } from './config-component.ts';
import { JS_COMPONENTS, type JsComponent, jsComponent } from './js-components.ts';
import { type MessagingComponent, messagingComponents } from './messaging-components.ts';
import { WAT_COMPONENTS, type WatComponent, watComponent } from './wat-components.ts';
import { WAT_CORES, type WatCore, watCore } from './wat-cores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    components: Record<WatComponent | JsComponent, string>;
    commands: Record<CommandName, string>;
    cores: Record<WatCore, string>;
    messaging: Record<MessagingComponent, string>;
    blobKeeper: string;
    /** Of test/support/config-component.ts. */
    settings: string;
  }
}

export default async function provideComponents(project: TestProject): Promise<void> {
  project.provide('components', {
    ...(await encoded(WAT_COMPONENTS, watComponent)),
    ...(await encoded(JS_COMPONENTS, jsComponent)),
  });
  project.provide('settings', Buffer.from(await configComponent()).toString('base64'));
  project.provide('messaging', await messagingComponents());
  project.provide('commands', await encoded(COMMANDS, command));
  project.provide('blobKeeper', Buffer.from(await blobKeeper()).toString('base64'));
  project.provide('cores', await encoded(WAT_CORES, watCore));
}

async function encoded<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  make: (name: Name) => Promise<Uint8Array>,
): Promise<Record<Name, string>> {
  const names = Object.keys(table) as Name[]; // keys of the table, and it has no others
  const made = await Promise.all(
    names.map(async (name) => [name, Buffer.from(await make(name)).toString('base64')] as const),
  );
  return Object.fromEntries(made) as Record<Name, string>; // the same keys
}
