/** The end of a guest that asks for more than the platform's limits allow. */

export class LimitReached extends Error {
  readonly reason: 'too-large' | 'out-of-memory';

  /** `text` says which limit, for the caller. */
  constructor(reason: LimitReached['reason'], text: string) {
    super(text);
    this.reason = reason;
  }
}
