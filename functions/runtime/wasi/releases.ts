/**
 * PURE: the releases of WASI 0.2 and every function of theirs, with what the platform makes of it. Compared with the WIT of
 * each release; types of functions never changed between them.
 */
import { MISSING_FUNCTIONS, MISSING_INTERFACES, whyDenied, whyFails } from './missing.ts';
import { PROVIDED_INTERFACES } from './provided.ts';

/** The last release whose functions are known; those of a later one are provided as far as they are listed. */
export const LAST_RELEASE = 12;

/** Patch releases in which something came after 0.2.0, by interface without version, and by function where it is one. */
const LATER: Readonly<Record<string, number>> = {
  'wasi:cli/exit#exit-with-code': 1,
  'wasi:clocks/timezone': 1,
  'wasi:http/types#[method]response-outparam.send-informational': 4,
  'wasi:sockets/network#network-error-code': 2,
};

/** One function of WASI and what a component that imports it gets. */
export interface WasiFunction {
  /** Without version. */
  readonly interface: string;
  /** As a component imports it: `[method]fields.get`. */
  readonly name: string;
  /** The version in which it came: `0.2.1`, or `draft` for proposals that have not been released. */
  readonly since: string;
  readonly state: 'works' | 'denied' | 'missing';
  /** Why it does not work. */
  readonly reason?: string;
}

/** Every function of the released interfaces and the proposals that the platform knows, sorted by interface. */
export function wasiFunctions(): WasiFunction[] {
  const functions: WasiFunction[] = [];
  for (const [name, { functions: names, state }] of Object.entries(PROVIDED_INTERFACES)) {
    for (const each of names) {
      const reason = state === 'denied' ? whyDenied(name) : whyFails(name, each);
      const known = { interface: name, name: each, since: sinceOf(name, each) };
      functions.push(reason === undefined ? { ...known, state } : { ...known, state: 'denied', reason });
    }
  }
  for (const [name, missing] of Object.entries(MISSING_FUNCTIONS)) {
    for (const [each, reason] of Object.entries(missing)) functions.push(missingFunction(name, each, reason));
  }
  for (const [name, { functions: names, reason }] of Object.entries(MISSING_INTERFACES)) {
    for (const each of names) functions.push(missingFunction(name, each, reason));
  }
  return functions.sort((a, b) => compare(a.interface, b.interface));
}

/** The patch release in which a function of a released interface came. */
export function patchOf(interfaceName: string, name: string): number {
  return LATER[`${interfaceName}#${name}`] ?? LATER[interfaceName] ?? 0;
}

function missingFunction(interfaceName: string, name: string, reason: string): WasiFunction {
  return { interface: interfaceName, name, since: sinceOf(interfaceName, name), state: 'missing', reason };
}

function sinceOf(interfaceName: string, name: string): string {
  const isReleased = PROVIDED_INTERFACES[interfaceName]?.versions.test(`0.2.${LAST_RELEASE}`) ?? true;
  return isReleased ? `0.2.${patchOf(interfaceName, name)}` : 'draft';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
