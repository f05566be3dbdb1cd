/** Who pays for what: the stretches of the body that is being read, each charged by itself or by one that dominates it. */
import { NO_LOOP } from './control.ts';
import { CHECK_EVERY, FOLD_LIMIT, TURN_COST } from './cost.ts';
import { MAX_STRETCH_FUEL } from './limits.ts';
import { FLAG, MARK, type Marks } from './marks.ts';
import type { Reader } from './reader.ts';

export class Stretches {
  /** What has been read of the current stretch so far. */
  cost = 0;
  /** The mark of the current stretch. */
  current = 0;
  /** Whether what the counter owes was paid in this stretch. */
  #isSettled = true;
  /** What all stretches cost that were read, and what they did when the balance was last looked at for sure. */
  #total = 0;
  #seen = 0;
  #looks = 0;
  readonly #reader: Reader;
  readonly #marks: Marks;

  constructor(reader: Reader, marks: Marks) {
    this.#reader = reader;
    this.#marks = marks;
  }

  /** Starts a body, whose code is at `position`. Answers its first mark. */
  enter(position: number): number {
    this.cost = TURN_COST;
    this.#isSettled = true;
    this.#total = 0;
    this.#seen = 0;
    this.#looks = 1;
    this.#marks.clear();
    this.current = this.#marks.add(MARK.entry, position, 0, NO_LOOP);
    return this.current;
  }

  /** What follows pays for itself from here on, unless the stretch of `dominator` can pay for it. It costs `cost` at least. */
  begin(dominator: number, cost: number, loop: number): void {
    this.close();
    this.#seen = this.#marks.seen[dominator] as number;
    this.current = this.#marks.add(MARK.stretch, this.#reader.position, 0, loop);
    this.#marks.payers[this.current] = dominator;
    this.cost = cost;
    this.#isSettled = false;
  }

  /** What follows pays for itself at each turn of the loop at `position`. Answers its mark. */
  beginLoop(position: number): number {
    this.close();
    this.#seen = this.#total;
    this.current = this.#marks.add(MARK.loop, position, 0, NO_LOOP);
    this.cost = TURN_COST;
    this.#isSettled = false;
    return this.current;
  }

  /** How many looks at the balance the body has so far, at most: each of them is a block. */
  get looks(): number {
    return this.#looks;
  }

  /** Whether no branch has come since the start of a loop. */
  get isLoopStart(): boolean {
    return this.#marks.kinds[this.current] === MARK.loop;
  }

  /** The instruction at `position` may leave the function by an exception. */
  settle(position: number): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#looks++;
    this.#marks.add(MARK.settle, position, 0, NO_LOOP);
  }

  /** Ends the current stretch: settles who pays for it. */
  close(): void {
    const { kinds, amounts, payers, folded } = this.#marks;
    const mark = this.current;
    const cost = this.cost;
    this.#look(mark, cost);
    if (kinds[mark] !== MARK.stretch) {
      this.pay(mark, cost);
      return;
    }
    const payer = payers[payers[mark] as number] as number;
    const foldedCost = (folded[payer] as number) + cost;
    if (foldedCost > FOLD_LIMIT) {
      payers[mark] = mark;
      this.pay(mark, cost);
      return;
    }
    folded[payer] = foldedCost;
    amounts[payer] = (amounts[payer] as number) + cost;
    payers[mark] = payer;
  }

  /**
   * Decides whether the balance is looked at where the stretch begins. What comes to pass between two looks is at most
   * what all stretches in between cost, in the order of the code: a look that may be passed by does not count.
   */
  #look(mark: number, cost: number): void {
    this.#total += cost;
    if (this.#total - this.#seen > CHECK_EVERY) {
      this.#marks.flags[mark] = (this.#marks.flags[mark] as number) | FLAG.checks;
      this.#looks++;
      this.#seen = this.#total;
    }
    this.#marks.seen[mark] = this.#seen;
  }

  /** Adds to what a mark pays. */
  pay(mark: number, cost: number): void {
    const { amounts } = this.#marks;
    const amount = (amounts[mark] as number) + cost;
    if (amount > MAX_STRETCH_FUEL) this.#reader.fail(`more than ${MAX_STRETCH_FUEL} instructions without a branch`);
    amounts[mark] = amount;
  }
}
