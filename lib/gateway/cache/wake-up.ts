/**
 * A hint that something changed. A hint may arrive at any time, get lost or arrive twice: it only
 * ends a pause early.
 */
export class WakeUp {
  #given = false;
  #wake: () => void = () => undefined;

  give(): void {
    this.#given = true;
    this.#wake();
  }

  /** Call this just before looking up what the hint is about. */
  forget(): void {
    this.#given = false;
  }

  /** Resolves after this many milliseconds, or as soon as a hint is given or the signal aborts. */
  async within(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#given || signal.aborted || milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
      this.#wake = end;
    });
  }
}
