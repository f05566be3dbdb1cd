/** docs/wasi.md: what was seen of each function, beside what the platform says of it. */
import { type WasiFunction, wasiFunctions } from '../../../functions/runtime/wasi/releases.ts';
import type { Evidence } from './evidence.ts';

const HEAD = `# WASI

What a component gets that imports WASI 0.2.0 to 0.2.12, or one of the proposals (\`draft\`) that Skerry has. Generated: every
function below was called in workerd, over the real providers, by \`test/workers/wasi-table.test.ts\`, and the test fails when
this page says anything else. To write it anew: \`npx vitest run --project workers test/workers/wasi-table.test.ts -u\`.

- **works**: it returned a value, with a policy that allows it. *without a grant* is what the same call gets when the grant was
  revoked a moment before, where that is an error.
- **denied**: it links, and is refused by design, whatever a policy says.
- **missing**: a component that imports it is refused at upload, with the reason.

WASI 0.3 is refused at upload. Resources are dropped at the latest with their call.
`;

/** The page. `allowed` and `forbidden` are what probes saw under a policy that allows all, and none. */
export function wasiTable(allowed: Evidence, forbidden: Evidence): string {
  const functions = wasiFunctions();
  const interfaces = [...new Set(functions.map((each) => each.interface))];
  const sections = interfaces.map((name) => {
    const rows = functions.filter((each) => each.interface === name).map((each) => row(each, allowed, forbidden));
    return [
      `## ${name}`,
      '',
      '| function | since | | without a grant |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [HEAD, summary(functions), ...sections].join('\n');
}

/** Functions of denied interfaces that have nothing to refuse: what they give is of no use without the others. */
const EMPTY_HANDED: ReadonlySet<string> = new Set([
  'wasi:sockets/instance-network#instance-network',
  'wasi:sockets/network#network-error-code',
]);

/** What a function comes to, from the evidence alone; an error that is no refusal is shown as it is. */
export function stateOf(each: WasiFunction, evidence: Evidence): string {
  const seen = evidence.get(keyOf(each));
  if (seen === undefined) return 'missing';
  if (seen.outcome === 'value') return EMPTY_HANDED.has(keyOf(each)) ? 'denied' : 'works';
  return seen.outcome === 'refused' ? 'denied' : `${seen.outcome}: ${seen.text}`;
}

export function keyOf({ interface: name, name: text }: WasiFunction): string {
  return `${name}#${text}`;
}

function row(each: WasiFunction, allowed: Evidence, forbidden: Evidence): string {
  const state = stateOf(each, allowed);
  const reason = each.state === 'works' ? '' : `: ${each.reason ?? ''}`;
  const text = allowed.get(keyOf(each))?.text || 'an empty value';
  const answer = state === 'denied' ? ` (\`${text}\`)` : '';
  const without = forbidden.get(keyOf(each));
  const differs = state === 'works' && without !== undefined && without.outcome !== 'value';
  return `| \`${each.name}\` | ${each.since} | ${state}${answer}${reason} | ${differs ? `\`${without.text}\`` : ''} |`;
}

function summary(functions: readonly WasiFunction[]): string {
  const count = (state: WasiFunction['state']) => functions.filter((each) => each.state === state).length;
  return `${functions.length} functions: ${count('works')} work, ${count('denied')} are denied by design, ${count('missing')} are missing.\n`;
}
