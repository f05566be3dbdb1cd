/** One page of a list, and the request for one. */

export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of the page after this one; absent on the last. */
  readonly next?: string;
}

export interface PageRequest {
  /** At most `MAX_PAGE_ITEMS`. */
  readonly limit: number;
  readonly cursor?: string;
}
