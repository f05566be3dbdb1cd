/** Deploys commands of test/fixtures/commands and runs them, inside workerd. */
import { inject } from 'vitest';
import type { CommandName } from './commands.ts';
import { request, upload } from './gateway-client.ts';

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Deploys a command with the storage rules of a policy, as the policy writes them. */
export async function deploy(name: string, command: CommandName, storage: string): Promise<void> {
  const bytes = Uint8Array.from(atob(inject('commands')[command]), (character) => character.charCodeAt(0));
  const uploaded = await upload(name, bytes);
  if (!uploaded.ok) throw new Error(await uploaded.text());
  await allow(name, storage);
}

/** Puts a policy with these storage rules in force. */
export async function allow(name: string, storage: string): Promise<void> {
  const body = `version: "1.0"\npermissions:\n  storage: ${storage}\n`;
  const put = await request(`/v1/components/${name}/policy`, { method: 'PUT', body });
  if (!put.ok) throw new Error(await put.text());
}

export async function run(
  name: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Run> {
  const answered = await request(`/run/${name}`, { method: 'POST', body: JSON.stringify({ env, args }) }, null);
  if (!answered.ok) throw new Error(await answered.text());
  return answered.json();
}
