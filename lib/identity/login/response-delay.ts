import { sleepUntil } from "../../platform/sleep-until";

const STEP_MS = 500;

/**
 * When a refused login gets its answer: half a second after its verification began, or a whole
 * number of half seconds if a busy machine took longer. So the time reveals nothing about the
 * work.
 */
export class ResponseDelay {
  #since = performance.now();

  /**
   * Called when the login's turn comes. The wait until then depends on how busy the machine is;
   * the time after it would reveal whether the account exists.
   */
  restart(): void {
    this.#since = performance.now();
  }

  async reached(): Promise<void> {
    const steps = Math.max(1, Math.ceil((performance.now() - this.#since) / STEP_MS));
    await sleepUntil(this.#since + steps * STEP_MS);
  }
}
