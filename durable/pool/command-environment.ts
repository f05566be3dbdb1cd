/** Pure: the environment variables that a caller gives a command, beside those of the policy. */
import { type Failure, failure } from '../../src/core/errors.ts';
import { environmentKeysOf } from '../../src/policy/index.ts';
import type { ServingConfig } from './contract.ts';

type Variables = readonly (readonly [key: string, value: string])[];

/** POSIX, "Environment Variable Definition": what a portable name is made of. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The platform's own. */
const RESERVED = /^SKERRY_/i;

/** Why one of these cannot be set; undefined when all can. Policy and grants have the last word about names that are in them. */
export function refusedVariable({ grants }: Pick<ServingConfig, 'grants'>, env: Variables): Failure | undefined {
  const stated = environmentKeysOf(grants);
  for (const [key, value] of env) {
    const shown = key.slice(0, 100);
    const refuse = (why: string) =>
      failure('INVALID_REQUEST', `the variable ${shown} cannot be set: ${why}`, {
        field: `env.${shown}`,
        expected: "a name that is neither the platform's nor in the policy",
      });
    if (!NAME.test(key)) return refuse('its name is not made of letters, digits and underscores');
    if (RESERVED.test(key)) return refuse("names that begin with SKERRY_ are the platform's");
    if (stated.has(key)) return refuse('the policy decides about it');
    if (value.includes('\0')) return refuse('its value has a NUL');
  }
  return undefined;
}
