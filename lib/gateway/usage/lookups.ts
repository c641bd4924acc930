type Done = void | Promise<void>;

/** Keys that are looked up in the database after the answer to a request was sent. */
export class Lookups {
  readonly #waiting = new Set<Promise<void>>();

  /**
   * Calls `then` at once if nothing must be waited for. If the database cannot be asked, nothing
   * was found.
   */
  whenFound<T>(found: T | Promise<T>, then: (found: T | null) => Done): Done {
    if (!(found instanceof Promise)) return then(found);
    const waiting = found
      .catch(() => null)
      .then(then)
      .finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
    return waiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  async ended(): Promise<void> {
    await Promise.all(this.#waiting);
  }
}
