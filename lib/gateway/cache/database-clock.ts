/**
 * The database's time, which all gateways share, carried on by the monotonic clock from the last time it was asked for. A gateway's own wall clock may
 * be days behind or ahead, and is believed until the first answer alone.
 *
 * Attack, or accident: minutes of three days ago are rolled up and forgotten as soon as they are written, and the next write brings all of them again;
 * a last use next year is never replaced.
 */
export class DatabaseClock {
  readonly #monotonic: () => number;
  #base: { time: number; monotonic: number };

  constructor(wall: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#base = { time: wall(), monotonic: monotonic() };
  }

  /** In milliseconds since 1970; never ahead of the database's clock. */
  readonly now = (): number => Math.floor(this.#base.time + this.#monotonic() - this.#base.monotonic);

  /** Asks for the time, and answers by how much `now` was behind it. */
  async ask(read: () => Promise<number>): Promise<number> {
    const time = await read();
    const behind = time - this.now();
    this.#base = { time, monotonic: this.#monotonic() };
    return behind;
  }
}
