/** The WIT of WASI 0.2 as jco brings it, and components that import all of a release, or one interface of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { LAST_RELEASE, patchOf } from '../../functions/runtime/wasi/releases.ts';
import { fromWit } from './component-fixtures.ts';

const FOLDER = new URL(`../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.${LAST_RELEASE}`, import.meta.url)
  .pathname;

/** Functions that came after 0.2.0, as WIT declares them. */
const LATER_FUNCTIONS = [
  ['wasi:cli/exit', 'exit-with-code', 'exit-with-code'],
  ['wasi:sockets/network', 'network-error-code', 'network-error-code'],
  ['wasi:http/types', '[method]response-outparam.send-informational', 'send-informational'],
] as const;

const PACKAGES = readdirSync(FOLDER).map((folder) => readFileSync(`${FOLDER}/${folder}/package.wit`, 'utf8'));

/** Interfaces of the release `0.2.{patch}`, with versions, as a component may import them. */
export function interfacesOf(patch: number): string[] {
  return PACKAGES.flatMap((text) => {
    const name = /^package (\S+)@/m.exec(text)?.[1] ?? '';
    return Array.from(text.matchAll(/^interface (\S+) \{/gm), ([, each]) => `${name}/${each}`);
  })
    .filter((name) => patchOf(name, '') <= patch)
    .map((name) => `${name}@0.2.${patch}`)
    .sort();
}

/** A component that imports every function of these interfaces of the release. */
export function importing(patch: number, interfaces: readonly string[]): Promise<Uint8Array> {
  return fromWit(`package t:t;
    world w { ${interfaces.map((name) => `import ${name};`).join(' ')} export ready: func(); }
    ${PACKAGES.map((text) => packageOf(text, patch)).join('\n')}`);
}

/** A package of the last release as it was in an earlier one, in the form that can stand beside others. Worlds are left out. */
function packageOf(text: string, patch: number): string {
  let body = text
    .replace(/^@(unstable|since)\(.*\)$/gm, '')
    .replace(/^\s+@(unstable|since)\(.*\)$/gm, '')
    .replace(/^world [\s\S]*?^\}/gm, '')
    .replaceAll(`@0.2.${LAST_RELEASE}`, `@0.2.${patch}`);
  for (const [owner, name, declared] of LATER_FUNCTIONS) {
    if (patchOf(owner, name) > patch) body = body.replace(new RegExp(`^\\s+${declared}: func[^;]*;`, 'm'), '');
  }
  return body.replace(/^package (.*);$/m, 'package $1 {').concat('}');
}
