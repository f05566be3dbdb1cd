/** Has a component take steps with a bucket, and says what each came to. */
import { call, deploy, freshName } from '../../support/gateway-client.ts';
import type { JsComponent } from '../../support/js-components.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a step came to: `ok`, or the error value of the interface. */
export type Came = { readonly ok: unknown } | { readonly err: unknown };

/** One step: an operation of test/fixtures/components/keyvalue.js, and what it is given. */
export type Step = readonly [operation: string, ...values: Json[]];

/** Deploys a component that may do this, and answers its name. */
export async function keyvalueComponent(rules: string, component: JsComponent = 'keyvalue'): Promise<string> {
  const name = freshName('kv');
  await deploy(name, component, `version: "1.0"\npermissions: {keyvalue: {allow: [${rules}]}}\n`);
  return name;
}

/** Takes the steps in one call. A bucket that cannot be opened is one answer, its error. */
export async function take(component: string, bucket: string, ...steps: readonly Step[]): Promise<Came[]> {
  const response = await call(component, 'run', { bucket, steps: JSON.stringify(steps) });
  const body = await response.json<{ result: string }>();
  if (response.status !== 200) throw new Error(JSON.stringify(body));
  return JSON.parse(body.result) as Came[]; // the fixture writes nothing else
}

export const ok = (value: unknown = null): Came => ({ ok: value });
export const other = (text: string | RegExp) => ({ err: { tag: 'other', val: text } });
export const DENIED: Came = { err: { tag: 'access-denied' } };
