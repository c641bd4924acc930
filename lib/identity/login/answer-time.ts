import { pauseUntil } from "../../platform/pause-until";

const STEP_MS = 500;

/**
 * When a refused login is answered: half a second after it began to be judged, or a whole number of
 * half seconds where a busy machine took longer, so that what was done meanwhile tells nothing.
 */
export class AnswerTime {
  #since = performance.now();

  /** The wait is over, which tells how busy the machine is; from now on it would tell who was asked for. */
  restart(): void {
    this.#since = performance.now();
  }

  async reached(): Promise<void> {
    const steps = Math.max(1, Math.ceil((performance.now() - this.#since) / STEP_MS));
    await pauseUntil(this.#since + steps * STEP_MS);
  }
}
