/**
 * Where the requests of one call may go. The shard is asked, and may lend requests beside its answer: so many more may go to
 * the origins that were asked for since, without asking, until they are called back.
 */
import type { CapabilityAnswer } from '../../isolate/protocol.ts';
import type { Admitted, CarrierAuthority, EndedLoan } from '../carrier/contract.ts';
import type { HttpAdmissionInput } from './contract.ts';

/** How long requests are lent, in milliseconds: a shard that is gone cannot call them back. */
const LOAN_MS = 1_000;

/** A loan as it is known here: also one that has ended, so that it can be accounted for once. */
interface HeldLoan {
  readonly id: number;
  readonly until: number;
  /** What was said of each origin that may be asked for. */
  readonly known: Map<string, CapabilityAnswer>;
  left: number;
  ended: boolean;
}

export class Admissions {
  readonly #authority: CarrierAuthority;
  #loan: HeldLoan | undefined;
  /** Loans up to this number were called back, some before they came. */
  #calledBack = 0;

  constructor(authority: CarrierAuthority) {
    this.#authority = authority;
  }

  /** Whether a request may be sent, and to where; counts it when it may. */
  async admit(input: HttpAdmissionInput): Promise<CapabilityAnswer> {
    const key = `${input.scheme}://${input.authority}`;
    const loan = this.#current();
    const known = loan?.known.get(key);
    if (loan !== undefined && known !== undefined) {
      loan.left -= 1;
      return known;
    }
    const admitted = await this.#authority.admit(input, this.#ended());
    this.#keep(key, admitted);
    return admitted.answer;
  }

  /** Ends the loan of this number, wherever it is. Answers what is left of it; undefined when it has not come. */
  callBack(id: number): number | undefined {
    this.#calledBack = Math.max(this.#calledBack, id);
    if (this.#loan?.id !== id) return undefined;
    this.#loan.ended = true;
    return this.#loan.left;
  }

  #current(): HeldLoan | undefined {
    const loan = this.#loan;
    if (loan === undefined || loan.ended) return undefined;
    if (loan.left === 0 || Date.now() >= loan.until) loan.ended = true;
    return loan.ended ? undefined : loan;
  }

  #ended(): EndedLoan | undefined {
    return this.#loan?.ended ? { id: this.#loan.id, left: this.#loan.left } : undefined;
  }

  #keep(key: string, { answer, loan }: Admitted): void {
    if (loan === undefined || loan.id <= this.#calledBack) return;
    if (this.#loan === undefined || this.#loan.id < loan.id) {
      this.#loan = { id: loan.id, left: loan.requests, until: Date.now() + LOAN_MS, known: new Map(), ended: false };
    }
    if (this.#loan.id === loan.id && !this.#loan.ended) this.#loan.known.set(key, answer);
  }
}
