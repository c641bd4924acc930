import { type Clock, type Moment, within } from "./cache/clock";

/** What a renewal does with the gateway's own row in `gateways`. */
export type RowUse = "enter" | "acknowledge" | "look";

/** A row that is written this often is never taken for one that its gateway left behind. */
const WRITE_MS = 10_000;

/**
 * Decides when a renewal writes the gateway's row; one for each connection.
 *
 * Promise: the row is written with the first renewal on a connection, with the renewal after
 * anything was forgotten, and when the last write was sent more than 10 s ago. What is written is
 * the snapshot of the renewal before, whose changes are in effect by then. So whoever reads the row
 * believes no more than was done, and a row that stands still for a minute belongs to no lease.
 */
export class OwnRow {
  readonly #clock: Clock;
  #written: Moment | null = null;
  #owes = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the next renewal writes an acknowledgement that the dashboard may be waiting for. */
  get owes(): boolean {
    return this.#owes;
  }

  /** To be called in the moment a renewal is sent. */
  begin(): RowUse {
    const now = this.#clock();
    const use = this.#written === null ? "enter" : this.#owes || !within(WRITE_MS, this.#written, now) ? "acknowledge" : "look";
    if (use !== "look") this.#written = now;
    return use;
  }

  /** To be called when a renewal's answer is in effect. */
  end(use: RowUse, named: number): void {
    this.#owes = use === "enter" || named > 0;
  }
}
