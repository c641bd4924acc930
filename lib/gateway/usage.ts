import { randomUUID } from "node:crypto";
import type { Outcome } from "./gateway";
import { Explainer } from "./usage-explainer";
import { Ledger } from "./usage-ledger";
import { Minutes } from "./usage-minutes";
import { ACCEPTED, placeOf } from "./usage-outcomes";

/** At most this many rows go in one statement. */
const MOST_ROWS = 5_000;

/** Whoever asks with keys that do not exist is counted by where it comes from. */
const WITHOUT_A_KEY: ReadonlySet<string> = new Set(["bad_header_key", "too_many_requests"]);

export type Write = (flush: number, ...rows: [ReturnType<Minutes["take"]>, ReturnType<Ledger["take"]>]) => Promise<void>;

/**
 * What became of requests, counted in memory and written down every few seconds.
 *
 * Promise: counting costs a request no wait and never fails it, a crash loses what was counted since the last write, and nothing is counted twice.
 */
export class Usage {
  readonly minutes: Minutes;
  readonly ledger: Ledger;
  readonly #explainer: Explainer;
  readonly #now: () => number;
  #flush = 0;

  constructor(earlierSecrets: ConstructorParameters<typeof Explainer>[0], now: () => number = Date.now, newId: () => string = randomUUID) {
    this.minutes = new Minutes(newId);
    this.ledger = new Ledger(newId);
    this.#explainer = new Explainer(earlierSecrets);
    this.#now = now;
  }

  /** To be called when a request was answered. */
  record({ outcome, keyNumber, evidence }: Outcome, address: string | null): void {
    if (keyNumber === undefined) return;
    if (keyNumber === null && !WITHOUT_A_KEY.has(outcome)) return;
    const now = this.#now();
    const place = placeOf(outcome);
    const source = address ?? "unreadable";
    if (keyNumber !== null) this.minutes.count(keyNumber, place, source, now);
    if (place === ACCEPTED) return;
    const entry = this.ledger.count(keyNumber, outcome, source, now);
    if (evidence) this.#explainer.consider(evidence, now, (mistake) => this.ledger.explain(entry, mistake));
  }

  /** Rows that are not written yet. */
  get waiting(): number {
    return this.minutes.waiting + this.ledger.waiting;
  }

  /** Requests counted under no key. */
  get lost(): number {
    return this.minutes.lost;
  }

  /** Writes what is waiting. Throws what the database throws; then everything waits again. */
  async flush(write: Write): Promise<void> {
    this.ledger.sweep(this.#now());
    while (this.waiting > 0) {
      const [minutes, refused] = [this.minutes.take(MOST_ROWS, this.#now()), this.ledger.take(MOST_ROWS)];
      try {
        await write(++this.#flush, minutes, refused);
      } catch (error) {
        this.minutes.putBack(minutes);
        this.ledger.putBack(refused);
        throw error;
      }
    }
  }
}
