/** The spelling of imported functions: `get-stdout`, `[constructor]fields`, `[method]input-stream.read`. */

export interface FunctionPath {
  readonly kind: 'freestanding' | 'constructor' | 'method' | 'static';
  /** The resource's name in WIT; absent for a freestanding function. */
  readonly resource?: string;
  readonly name: string;
}

/** Takes a function name of a component's import apart: `[method]input-stream.read`. */
export function parseFunctionName(text: string): FunctionPath {
  const match = /^\[(method|static)\](.+)\.(.+)$/.exec(text);
  if (match?.[2] !== undefined && match[3] !== undefined) {
    return { kind: match[1] === 'method' ? 'method' : 'static', resource: match[2], name: match[3] };
  }
  const made = /^\[constructor\](.+)$/.exec(text)?.[1];
  if (made !== undefined) return { kind: 'constructor', resource: made, name: made };
  return { kind: 'freestanding', name: text };
}
