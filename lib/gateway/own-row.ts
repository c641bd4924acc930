import { type Clock, type Moment, within } from "./cache/clock";

/** What a renewal does with the gateway's own row in `gateways`. */
export type RowUse = "enter" | "acknowledge" | "look";

/** At this interval a live row is never mistaken for one that a dead gateway left behind. */
const WRITE_MS = 10_000;

/**
 * Decides when a renewal writes the gateway's row. Each connection has its own instance.
 *
 * Promise: the row is written with the first renewal on a connection, with the renewal after any
 * key was forgotten, and with the first renewal more than 10 s after the last write. The renewal
 * writes the snapshot of the renewal before it, whose changes are already in effect. So the row
 * never claims more than was done, and a row that has not changed for a minute belongs to no
 * lease.
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

  /** Call this at the moment a renewal is sent. */
  begin(): RowUse {
    const now = this.#clock();
    const use =
      this.#written === null ? "enter" : this.#owes || !within(WRITE_MS, this.#written, now) ? "acknowledge" : "look";
    if (use !== "look") this.#written = now;
    return use;
  }

  /** Call this when the answer to a renewal is in effect. */
  end(use: RowUse, named: number): void {
    this.#owes = use === "enter" || named > 0;
  }
}
