import type { Refusal } from "../http/errors";
import type { AuthDeps } from "./auth-result";

/** A refusal, or the attempt with what the step found. */
export type Outcome<Attempt> = Refusal | Attempt | Promise<Refusal | Attempt>;
type Step<In, Out> = (attempt: In, deps: AuthDeps) => Outcome<Out>;

/**
 * Steps in the order in which they are made. Each gets what the earlier ones found, so a step that
 * is made too early does not compile.
 */
export class Ladder<In extends object, Out extends object> {
  readonly #steps: readonly unknown[];

  private constructor(steps: readonly unknown[]) {
    this.#steps = steps;
  }

  static from<In extends object>(): Ladder<In, In> {
    return new Ladder<In, In>([]);
  }

  step<Next extends object>(step: Step<Out, Next>): Ladder<In, Next> {
    return new Ladder<In, Next>([...this.#steps, step]);
  }

  climb(attempt: In, deps: AuthDeps): Outcome<Out> {
    return this.#climb(attempt, deps, 0) as Outcome<Out>;
  }

  /** Waits only if a step does: a promise for each step would cost more than most steps. */
  #climb(attempt: object, deps: AuthDeps, from: number): Outcome<object> {
    let reached = attempt;
    for (let index = from; index < this.#steps.length; index++) {
      const outcome = (this.#steps[index] as Step<object, object>)(reached, deps);
      if (typeof outcome === "string") return outcome;
      if (outcome instanceof Promise)
        return outcome.then((later) => (typeof later === "string" ? later : this.#climb(later, deps, index + 1)));
      reached = outcome;
    }
    return reached;
  }
}
