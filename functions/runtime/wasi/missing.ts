/**
 * PURE: what releases of WASI 0.2 have and the platform does not provide, each with its reason. It is refused at upload by
 * name. What is denied although it links says here why.
 */

/** Interfaces that no component can import here, by name without version. */
export const MISSING_INTERFACES: Readonly<
  Record<string, { readonly functions: readonly string[]; readonly reason: string }>
> = {
  'wasi:cli/run': { functions: ['run'], reason: 'a command exports it, for the platform to call' },
  'wasi:http/incoming-handler': {
    functions: ['handle'],
    reason:
      'a component exports it, for the platform to call: a request goes to the next one by wasi:http/outgoing-handler',
  },
};

/** Functions that an interface which is provided does not have, by interface without version and name. */
export const MISSING_FUNCTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** Functions that link and always fail, in interfaces that work otherwise, by interface without version and name. */
const DENIED_FUNCTIONS: Readonly<Record<string, string>> = {
  'wasi:http/types#[method]response-outparam.send-informational': 'the platform sends one head of a response',
};

/** Why a function of an interface that works is refused; undefined for all others. */
export function whyFails(interfaceName: string, name: string): string | undefined {
  const key = `${interfaceName}#${name}`;
  return Object.hasOwn(DENIED_FUNCTIONS, key) ? DENIED_FUNCTIONS[key] : undefined;
}

/** Why what links is denied, by name of the interface or beginning of it. */
const DENIED_REASONS: readonly (readonly [prefix: string, reason: string])[] = [
  ['wasi:sockets/', 'a component has no sockets: it reaches others through wasi:http'],
];

/** Why the functions of an interface are refused although they link. */
export function whyDenied(interfaceName: string): string {
  return DENIED_REASONS.find(([prefix]) => interfaceName.startsWith(prefix))?.[1] ?? 'nothing stands behind it';
}

/** Why a function is not provided; undefined where that needs no reason of its own. */
export function whyMissing(interfaceName: string, name: string): string | undefined {
  if (Object.hasOwn(MISSING_INTERFACES, interfaceName)) return MISSING_INTERFACES[interfaceName]?.reason;
  const functions = Object.hasOwn(MISSING_FUNCTIONS, interfaceName) ? MISSING_FUNCTIONS[interfaceName] : undefined;
  return functions !== undefined && Object.hasOwn(functions, name) ? functions[name] : undefined;
}
