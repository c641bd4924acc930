/**
 * Word that something changed, which may come at any time, be lost or come twice: it only ends a
 * pause early.
 */
export class WakeUp {
  #given = false;
  #wake: () => void = () => undefined;

  give(): void {
    this.#given = true;
    this.#wake();
  }

  /** To be called when whatever was hinted at is about to be looked up. */
  forget(): void {
    this.#given = false;
  }

  /** Resolves after so many milliseconds, or as soon as a hint was given or the signal aborted. */
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
