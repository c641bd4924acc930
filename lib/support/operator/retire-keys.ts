import { commitDeactivation } from "../../api-keys/deactivate";
import { awaitPropagation, type StopCommitted, type StopResult } from "../../api-keys/propagation/wait";
import { commitRetirement } from "../../api-keys/retire";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import { Unsettled, wentUnanswered } from "../../platform/db/database-busy";
import { type Result, refuse } from "../../platform/result";
import type { Refusal } from "../../words/refusals";
import { operatorAt } from "./operator";
import type { FoundKey } from "./queries";

/**
 * What became of them: the numbers of the keys that were not retired for sure, with why; and from
 * when on no gateway accepts the others.
 */
export type Retired = { retired: number; refusedEverywhereAt: string | null; left: { number: number; refusal: Refusal }[] };

/** Of the 20 connections of a process. */
const AT_ONCE = 8;

/**
 * Retires keys whose secrets are in other hands, each with its event and its mails, by the
 * operations of lib/api-keys, and answers when no gateway accepts any of them. All of them are
 * stopped first; by the time the last is, most gateways have acknowledged the others, and leases
 * have run out since. A few are under way at a time, however many there are. A repeat is harmless,
 * and goes on where an earlier one ended.
 */
export async function retireLeakedKeys(operator: string, keys: readonly FoundKey[], progress: (retired: number) => void): Promise<Retired> {
  const outcome: Retired = { retired: 0, refusedEverywhereAt: null, left: [] };
  const halves: { key: FoundKey; stopped: Result<StopCommitted | StopResult>; committed: number }[] = [];
  await aFewAtATime(keys, async (key) => {
    const stopped = await answered(() => commit(operator, key));
    halves.push({ key, stopped, committed: performance.now() });
  });
  await aFewAtATime(halves, async ({ key, stopped, committed }) => {
    note(outcome, key, await answered(() => awaitPropagation(actingOn(operator, key), stopped, committed)));
    progress(outcome.retired);
  });
  return outcome;
}

async function aFewAtATime<Each>(all: readonly Each[], work: (each: Each) => Promise<void>): Promise<void> {
  const left = all.values();
  const take = async () => {
    for (const each of left) await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}

const actingOn = (operator: string, { merchant }: FoundKey) => operatorAt(operator, merchant.id);

function commit(operator: string, key: FoundKey): Promise<Result<StopCommitted | StopResult>> {
  const half = key.status === "generated" || key.status === "standby" ? commitRetirement : commitDeactivation;
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

function note(outcome: Retired, { number }: FoundKey, result: Result<StopResult>): void {
  if (!result.ok) {
    outcome.left.push({ number, refusal: result.refusal });
    return;
  }
  outcome.retired++;
  const { refusedEverywhereAt } = result.value;
  if (outcome.refusedEverywhereAt === null || refusedEverywhereAt > outcome.refusedEverywhereAt)
    outcome.refusedEverywhereAt = refusedEverywhereAt;
}
