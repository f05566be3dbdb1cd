/**
 * What waits for a place, in one line per version and function. Lines take turns: versions first, then the functions of a
 * version; within a line the order is that of arrival. Pure, but for its own contents.
 */

/** Where a call stands: calls of one lane wait for each other only. */
export interface Lane {
  readonly version: string;
  readonly function: string;
}

type Line<T> = Set<T>;

export class FairQueue<T> {
  /** The order of the keys of both maps is the order of turns: who had one goes to the end. */
  readonly #versions = new Map<string, Map<string, Line<T>>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  lengthOf({ version, function: fn }: Lane): number {
    return this.#versions.get(version)?.get(fn)?.size ?? 0;
  }

  add({ version, function: fn }: Lane, item: T): void {
    const functions = this.#versions.get(version) ?? new Map<string, Line<T>>();
    const line = functions.get(fn) ?? new Set<T>();
    this.#versions.set(version, functions);
    functions.set(fn, line);
    line.add(item);
    this.#size += 1;
  }

  /** Takes out one that gave up; false when it is not there any more. */
  remove({ version, function: fn }: Lane, item: T): boolean {
    const functions = this.#versions.get(version);
    const line = functions?.get(fn);
    if (functions === undefined || line === undefined || !line.delete(item)) return false;
    this.#size -= 1;
    if (line.size === 0) functions.delete(fn);
    if (functions.size === 0) this.#versions.delete(version);
    return true;
  }

  /** Takes out the first of the line whose turn it is, among those that `mayRun`. */
  takeNext(mayRun: (lane: Lane) => boolean): T | undefined {
    for (const [version, functions] of this.#versions) {
      for (const [fn, line] of functions) {
        const lane = { version, function: fn };
        if (!mayRun(lane)) continue;
        const [first] = line;
        if (first === undefined) continue;
        this.#versions.delete(version);
        this.#versions.set(version, functions);
        functions.delete(fn);
        functions.set(fn, line);
        this.remove(lane, first);
        return first;
      }
    }
    return undefined;
  }

  /** Whether anything of another function waits, of whatever version. */
  hasOtherThan(fn: string): boolean {
    for (const functions of this.#versions.values()) {
      if (functions.size > 1 || !functions.has(fn)) return true;
    }
    return false;
  }

  /** The longest line; the earliest in turn of those that are equally long. */
  longest(): { readonly lane: Lane; readonly length: number } | undefined {
    let found: { readonly lane: Lane; readonly length: number } | undefined;
    for (const [version, functions] of this.#versions) {
      for (const [fn, { size }] of functions) {
        if (size > (found?.length ?? 0)) found = { lane: { version, function: fn }, length: size };
      }
    }
    return found;
  }

  /** Takes out the newest of a line. */
  takeNewest(lane: Lane): T | undefined {
    const line = this.#versions.get(lane.version)?.get(lane.function);
    const newest = line === undefined ? undefined : [...line].at(-1);
    if (newest !== undefined) this.remove(lane, newest);
    return newest;
  }

  /** Takes out everything. */
  takeAll(): readonly T[] {
    const all = [...this.#versions.values()].flatMap((functions) =>
      [...functions.values()].flatMap((line) => [...line]),
    );
    this.#versions.clear();
    this.#size = 0;
    return all;
  }
}
