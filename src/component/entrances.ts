/**
 * Pure: exports through which the platform enters a component by a protocol of its own: `wasi:cli/run`,
 * `wasi:http/incoming-handler`, `wasi:messaging/incoming-handler`. A caller does not name them, so they are no functions.
 */
import type { Func, Interface, ValueType, World } from './model.ts';

export type EntranceKind = 'command' | 'http' | 'message';

export interface Entrance {
  readonly kind: EntranceKind;
  /** The exported interface, as the component spells it: `wasi:cli/run@0.2.6`. */
  readonly interface: string;
  /** Id of its function in a plan: `wasi:cli/run@0.2.6#run`. */
  readonly id: string;
}

interface Standard {
  readonly kind: EntranceKind;
  /** Full names: the interface with any version that has this function. */
  readonly pattern: RegExp;
  readonly interface: string;
  readonly function: string;
  /** The function's type in WIT, and whether one is of that type. */
  readonly type: string;
  fits(func: Func): boolean;
}

const STANDARDS: readonly Standard[] = [
  {
    kind: 'command',
    pattern: /^wasi:cli\/run@0\.2\.\d+$/,
    interface: 'wasi:cli/run',
    function: 'run',
    type: 'func() -> result',
    fits: ({ params, result }) => params.length === 0 && isResult(result, false),
  },
  {
    kind: 'http',
    pattern: /^wasi:http\/incoming-handler@0\.2\.\d+$/,
    interface: 'wasi:http/incoming-handler',
    function: 'handle',
    type: 'func(request: incoming-request, response-out: response-outparam)',
    fits: ({ params, result }) =>
      result === undefined && owns(params.map(({ type }) => type)).join() === 'incoming-request,response-outparam',
  },
  {
    kind: 'message',
    pattern: /^wasi:messaging\/incoming-handler@0\.2\.0-draft\d*$/,
    interface: 'wasi:messaging/incoming-handler',
    function: 'handle',
    type: 'func(message: message) -> result<_, error>',
    fits: ({ params, result }) => owns(params.map(({ type }) => type)).join() === 'message' && isResult(result, true),
  },
];

/** The entrances among a component's exports (full names), at most one of each kind: the newest version. */
export function entrancesOf(exports: readonly string[]): Entrance[] {
  return STANDARDS.flatMap(({ kind, pattern, function: name }) => {
    const [newest] = exports.filter((each) => pattern.test(each)).sort((a, b) => patchOf(b) - patchOf(a));
    if (newest === undefined) return [];
    return [{ kind, interface: newest, id: `${newest}#${name}` }];
  });
}

/** An entrance's function without a version: `wasi:cli/run#run`. */
export function entranceName(kind: EntranceKind): string {
  const standard = STANDARDS.find((each) => each.kind === kind);
  return `${standard?.interface}#${standard?.function}`;
}

/** Why an export that is named as an entrance is none; undefined when all are what they are named. */
export function misfitEntrance({ exports }: World): string | undefined {
  for (const item of exports) {
    if (item.kind !== 'interface') continue;
    const standard = STANDARDS.find(({ pattern }) => pattern.test(item.interface.name));
    if (standard === undefined || fitting(item.interface, standard)) continue;
    return `it exports ${item.interface.name} without its function ${standard.function}: ${standard.type}`;
  }
  return undefined;
}

function fitting({ functions }: Interface, standard: Standard): boolean {
  const func = functions.find(({ name }) => name === standard.function);
  return func !== undefined && func.kind === 'freestanding' && !func.async && standard.fits(func);
}

/** Names of the resources that types own; of what owns none, its kind. */
function owns(types: readonly ValueType[]): string[] {
  return types.map((type) => (type.kind === 'own' ? type.resource.name : `(${type.kind})`));
}

function isResult(type: ValueType | undefined, hasError: boolean): boolean {
  return type?.kind === 'result' && type.ok === undefined && (type.err !== undefined) === hasError;
}

/** The last number of a version. */
function patchOf(name: string): number {
  return Number(/(\d+)$/.exec(name)?.[1] ?? 0);
}
