/**
 * Requests that a call's carrier may send without asking: counted before they are sent, one loan at a time, and called back when
 * the grants change, when the call needs what is left of its budgets, and when it is over.
 */
import type { Admitted, CarrierSession, EndedLoan, Loan } from '../../src/capability/carrier/contract.ts';
import type { HttpAdmissionInput } from '../../src/capability/http/contract.ts';
import type { CapabilityAnswer, CapabilityUse } from '../../src/isolate/protocol.ts';
import type { CallUses } from './call-uses.ts';

/** Requests of one loan: asking once for so many costs little beside them. */
const REQUESTS_PER_LOAN = 32;

type OpenSession = () => Promise<Pick<CarrierSession, 'callBack'>>;

export class RequestLoans {
  readonly #uses: CallUses;
  readonly #session: OpenSession;
  #loan: Loan | undefined;
  #loans = 0;
  #callBacks = 0;
  #callingBack: Promise<void> | undefined;
  /** A call that sends one request is spared the accounting. */
  #hasAsked = false;

  /** `session` is the call's carrier, asked for when something was lent to it. */
  constructor(uses: CallUses, session: OpenSession) {
    this.#uses = uses;
    this.#session = session;
  }

  /** One use of a capability. What is lent is no reason to refuse it. */
  async use(use: CapabilityUse): Promise<CapabilityAnswer> {
    if (this.#uses.usesLeft === 0) await this.callBack();
    return this.#uses.use(use);
  }

  /** Leave for one request, and where the call sends several for more of the same origin. `ended` is the carrier's last loan. */
  async admit(input: HttpAdmissionInput, ended: EndedLoan | undefined): Promise<Admitted> {
    if (ended !== undefined && ended.id === this.#loan?.id) {
      this.#loan = undefined;
      this.#uses.giveBack(ended.left);
    }
    if (this.#uses.requestsLeft === 0) await this.callBack();
    const callBacks = this.#callBacks;
    const answer = await this.#uses.use({ provider: 'http', operation: 'request', input });
    // Grants may have changed since it was decided: then it holds for this request alone.
    if (answer.kind !== 'done' || callBacks !== this.#callBacks) return { answer };
    this.#lend();
    this.#hasAsked = true;
    return this.#loan === undefined ? { answer } : { answer, loan: this.#loan };
  }

  /** Resolves when nothing is lent: what was not sent has been given back, or nobody is there any more who could send it. */
  callBack(): Promise<void> {
    this.#callBacks += 1;
    const loan = this.#loan;
    if (loan === undefined) return this.#callingBack ?? Promise.resolve();
    this.#loan = undefined;
    const calling = this.#callBack(loan).finally(() => {
      this.#callingBack = undefined;
    });
    this.#callingBack = calling;
    return calling;
  }

  async #callBack({ id, requests }: Loan): Promise<void> {
    try {
      const session = await this.#session();
      // One that has not come is not taken when it comes.
      this.#uses.giveBack((await session.callBack(id)) ?? requests);
    } catch {
      // The carrier is gone. Whatever it has sent, it sends nothing any more.
    }
  }

  #lend(): void {
    if (!this.#hasAsked || this.#loan !== undefined || this.#callingBack !== undefined) return;
    const requests = this.#uses.lend(REQUESTS_PER_LOAN);
    if (requests === 0) return;
    this.#loans += 1;
    this.#loan = { id: this.#loans, requests };
  }
}
