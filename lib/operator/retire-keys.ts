import { commitDeactivation } from "../api-keys/deactivate";
import { type Refusing, refusedEverywhere, type Stop } from "../api-keys/refused-everywhere";
import { commitRetirement } from "../api-keys/retire";
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
  lastHalf = refusedEverywhere,
): Promise<Retired> {
  const outcome: Retired = { retired: 0, refusedEverywhereAt: null, left: [] };
  const todo = [...keys];
  const waits: Promise<void>[] = [];
  const take = async () => {
    for (let key = todo.shift(); key; key = todo.shift()) {
      const wait = waited(key, await answered(() => commit(operator, key)));
      // A bug is thrown where all of them are waited for.
      wait.catch(() => undefined);
      waits.push(wait);
    }
  };
  const waited = async (key: FoundKey, stopped: Result<Stop | Refusing>) => {
    note(outcome, key, await answered(() => lastHalf(actingOn(operator, key), stopped)));
    progress(outcome.retired);
  };
  await Promise.all(Array.from({ length: CHANGES_AT_ONCE }, take));
  await Promise.all(waits);
  return outcome;
}

const actingOn = (operator: string, { merchant }: FoundKey) => operatorAt(operator, merchant.id);

function commit(operator: string, key: FoundKey): Promise<Result<Stop | Refusing>> {
  const half = key.status === "generated" ? commitRetirement : commitDeactivation;
  return half(actingOn(operator, key), { keyId: key.id, reason: "compromised" }, NO_PROOF);
}

/** What the database does not answer, and what is turned away after the change, is of one key alone. */
async function answered<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
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
