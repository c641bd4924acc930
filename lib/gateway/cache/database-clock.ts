/**
 * The database's time, which all gateways share. The monotonic clock continues it between two
 * reads. A gateway's own wall clock may be wrong by days, and is used only until the first
 * answer.
 *
 * Attack, or accident: a wrong clock. Minutes dated three days ago are rolled up and forgotten as
 * soon as they are written, and the next write stores all of them again. A last use dated next
 * year is never replaced.
 */
export class DatabaseClock {
  readonly #monotonic: () => number;
  #base: { time: number; monotonic: number };

  constructor(wall: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#base = { time: wall(), monotonic: monotonic() };
  }

  /**
   * In milliseconds since 1970. After the first answer it is never ahead of the database's clock.
   */
  readonly now = (): number => Math.floor(this.#base.time + this.#monotonic() - this.#base.monotonic);

  /** Reads the database's time and returns by how many milliseconds `now` was behind it. */
  async ask(read: () => Promise<number>): Promise<number> {
    const time = await read();
    const behind = time - this.now();
    this.#base = { time, monotonic: this.#monotonic() };
    return behind;
  }
}
