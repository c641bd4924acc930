import { deactivateKey } from "../api-keys/deactivate";
import { type Refusing, refusedEverywhere } from "../api-keys/refused-everywhere";
import { retireKey } from "../api-keys/retire";
import { Unsettled, wentUnanswered } from "../database-busy";
import type { Refusal } from "../refusals";
import { type Result, refuse } from "../result";
import { NO_PROOF } from "../two-factor/challenge";
import { operatorAt } from "./operator";
import type { FoundKey } from "./queries";

/**
 * What became of them: the numbers of the keys that were not retired for sure, with why; and from
 * when on no gateway accepts the others.
 */
export type Retired = { retired: number; refusedEverywhereAt: string | null; left: { number: number; refusal: Refusal }[] };

/** Of the 20 connections of a process. */
const CHANGES_AT_ONCE = 8;

/**
 * Retires keys whose secrets are in other hands, each with its event and its mails, by the
 * operations of lib/api-keys, and answers when no gateway accepts any of them. A few are changed
 * at a time; the waits for the gateways run side by side, so that all of them together take as
 * long as one. A repeat is harmless, and goes on where an earlier one ended.
 */
export async function retireLeakedKeys(
  operator: string,
  keys: readonly FoundKey[],
  progress: (retired: number) => void,
  propagated = refusedEverywhere,
): Promise<Retired> {
  const outcome: Retired = { retired: 0, refusedEverywhereAt: null, left: [] };
  const todo = [...keys];
  const waits: Promise<void>[] = [];
  /** Resolves when the key is retired, or is not; the wait for the gateways goes on. */
  const change = (key: FoundKey) =>
    new Promise<void>((changed) => {
      const ended = retire(operator, key, (...stopped) => {
        changed();
        return propagated(...stopped);
      }).then((result) => {
        note(outcome, key, result);
        progress(outcome.retired);
      });
      waits.push(ended);
      ended.then(changed, () => changed());
    });
  const take = async () => {
    for (let key = todo.shift(); key; key = todo.shift()) await change(key);
  };
  await Promise.all(Array.from({ length: CHANGES_AT_ONCE }, take));
  await Promise.all(waits);
  return outcome;
}

async function retire(operator: string, key: FoundKey, propagated: typeof refusedEverywhere): Promise<Result<Refusing>> {
  const operation = key.status === "generated" ? retireKey : deactivateKey;
  try {
    return await operation(operatorAt(operator, key.merchant.id), { keyId: key.id, reason: "compromised" }, NO_PROOF, propagated);
  } catch (error) {
    if (wentUnanswered(error) || error instanceof Unsettled) return refuse({ code: "not_answered" });
    throw error;
  }
}

function note(outcome: Retired, { number }: FoundKey, result: Result<Refusing>): void {
  if (!result.ok) {
    outcome.left.push({ number, refusal: result.refusal });
    return;
  }
  outcome.retired++;
  const { refusedEverywhereAt } = result.value;
  if (outcome.refusedEverywhereAt === null || refusedEverywhereAt > outcome.refusedEverywhereAt)
    outcome.refusedEverywhereAt = refusedEverywhereAt;
}
